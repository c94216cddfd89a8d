import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, testField, testVector } from "#test/harness/sandboxKernel.js";
import { kernelVector } from "../conformance/kernelVector.js";
import type { ExecutionOutcome } from "../executor.js";
import { SandboxPool } from "../worker/sandboxPool.js";
import { ModelRefusal } from "./errors.js";
import { parseModel } from "./model.js";
import { checkProfile } from "./profileCheck.js";
import { readSignature } from "./signature.js";

const SEED = 20_240_611;
const { manifest: VECTOR, artifacts, input } = kernelVector();
const MODEL = artifacts.get(toHex(VECTOR.models[0]!.digest))!;

/** A seeded generator of whole numbers below a bound (mulberry32). */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** The model cut short, or with one to three bits flipped, more often outside its weights. */
function mutate(next: (bound: number) => number): Uint8Array {
  if (next(4) === 0) return MODEL.slice(0, next(MODEL.length));
  const mutant = MODEL.slice();
  for (let flips = 1 + next(3); flips > 0; flips--) {
    const position = next(3) === 0 ? next(MODEL.length) : next(600);
    mutant[position] = (mutant[position] ?? 0) ^ (1 << next(8));
  }
  return mutant;
}

describe(`damaged model files (seed ${SEED})`, () => {
  it("are read or refused, and never anything else", () => {
    const next = generator(SEED);
    let refused = 0;
    for (let round = 0; round < 5_000; round++) {
      try {
        const model = parseModel(mutate(next));
        checkProfile(model);
        readSignature(model);
      } catch (error) {
        if (!(error instanceof ModelRefusal)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(2_500);
  });

  let shelf: KernelShelf;
  let pool: SandboxPool;
  let entry: string;

  beforeAll(async () => {
    shelf = await KernelShelf.open();
    entry = await buildSandboxChild();
    pool = new SandboxPool({ artifactFolder: shelf.folder, entry, processes: 2 });
  });

  afterAll(async () => {
    await pool.close();
    await shelf.remove();
    await rm(entry);
  });

  it("never hurt the process that asks for their validation", async () => {
    const next = generator(SEED + 1);
    const field = testField("image", VECTOR.inputs[0]!.dataType, [1n, 1n, 8n, 8n]);
    const code =
      "export const infer = async (x, aivm) => ({ image: x.image, ...(await aivm.run('net', x)) });";
    const validate = async (net: Uint8Array): Promise<ExecutionOutcome> => {
      const vectors = [testVector(input, input)];
      const draft = { code, models: { net }, inputs: [field], outputs: [field], vectors };
      return pool.validate({ manifest: await shelf.kernel(draft) });
    };
    const whole = await validate(MODEL);
    expect(whole.kind === "receipt" && ValidationReport.decode(whole.output).accepted).toBe(true);
    const mutants = Array.from({ length: 300 }, () => mutate(next));
    const outcomes = await Promise.all(mutants.map(validate));
    const accepted = outcomes.filter(
      (outcome) => outcome.kind === "receipt" && ValidationReport.decode(outcome.output).accepted,
    );
    // Flipped weights leave a sound model; most other damage does not.
    expect(accepted.length).toBeLessThan(150);
    expect(await validate(MODEL)).toEqual(whole);
  }, 180_000);
});
