import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { DEC_ONE, decTruncate } from "#core/primitives/dec.js";
import { minBig } from "#core/primitives/intMath.js";
import { readVectors } from "#test/vectors/readVectors.js";
import {
  addTokens,
  computeShares,
  computeTokens,
  isWorthless,
  removeShares,
  type Stake,
} from "./shares.js";
import { POWER_REDUCTION } from "./limits.js";

interface Step {
  readonly op: "add" | "remove" | "slash";
  readonly amount: string;
  readonly power?: string;
  readonly fraction?: string;
  readonly shares?: string;
  readonly paid?: string;
  readonly tokens: string;
  readonly delegatorShares: string;
  readonly worth: string;
}

const VECTORS = readVectors("staking") as { readonly sequences: ReadonlyArray<{ steps: Step[] }> };
const EMPTY: Stake = { tokens: 0n, shares: 0n };

/** Repeats a step and checks what it gave apart from the stake. */
function repeat(stake: Stake, step: Step): Stake {
  const amount = BigInt(step.amount);
  if (step.op === "add") {
    const added = addTokens(stake, amount);
    expect(added.issued.toString()).toBe(step.shares);
    return added.stake;
  }
  if (step.op === "remove") {
    const shares = computeShares(stake, amount);
    expect(shares.toString()).toBe(step.shares);
    const removed = removeShares(stake, shares);
    expect(removed.tokens.toString()).toBe(step.paid);
    return removed.stake;
  }
  const wanted = decTruncate(BigInt(step.power!) * POWER_REDUCTION * BigInt(step.fraction!));
  expect(wanted.toString()).toBe(step.amount);
  const burnt = minBig(wanted, stake.tokens);
  expect(burnt.toString()).toBe(step.paid);
  return { ...stake, tokens: stake.tokens - burnt };
}

describe("sequences of the SDK", () => {
  test.each(VECTORS.sequences.map(({ steps }, index) => ({ index, steps })))(
    "sequence $index gives the same shares and tokens",
    ({ steps }) => {
      let stake = EMPTY;
      const first = BigInt(steps[0]!.shares!);
      for (const [index, step] of steps.entries()) {
        stake = repeat(stake, step);
        const found = [stake.tokens, stake.shares, computeTokens(stake, first)].map(String);
        expect(found, `step ${index}`).toEqual([step.tokens, step.delegatorShares, step.worth]);
      }
    },
  );
});

test("the first shares cost one token each", () => {
  expect(addTokens(EMPTY, 7n)).toEqual({
    stake: { tokens: 7n, shares: 7n * DEC_ONE },
    issued: 7n * DEC_ONE,
  });
});

test("the last shares get every token that roundings left", () => {
  const stake = { tokens: 10n, shares: 3n };
  const { stake: left, tokens } = removeShares(stake, 2n);
  expect(tokens).toBe(6n);
  expect(removeShares(left, 1n)).toEqual({ stake: EMPTY, tokens: 4n });
});

test("shares whose tokens are gone are worthless, no shares are not", () => {
  expect(isWorthless({ tokens: 0n, shares: 1n })).toBe(true);
  expect(isWorthless(EMPTY)).toBe(false);
});

test("removing more shares than there are, and pricing worthless ones, halts", () => {
  expect(() => removeShares({ tokens: 1n, shares: 1n }, 2n)).toThrow(InvariantError);
  expect(() => computeShares({ tokens: 0n, shares: 1n }, 1n)).toThrow(InvariantError);
});
