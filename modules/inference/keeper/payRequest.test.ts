import { expect, test } from "vitest";
import {
  Assurance,
  QueryQuoteRequest,
  type QueryQuoteResponse,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { amountOf } from "#core/primitives/coin.js";
import { FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

test("a royalty divides what the owner gets, and neither the price nor any coin changes", () => {
  const kernels = ["echo", "parent"].map((name) => testManifest({ name, price: 7n }));
  const chain = new InferenceFixture({ kernels });
  const { other, user } = chain;
  const asked = QueryQuoteRequest.create({
    kernel: "echo",
    inputCount: 1,
    inputBytes: BigInt(testInput(1).length),
    assurance: Assurance.COMMITTEE,
  });
  const quoteBefore = chain.query("Quote", asked) as QueryQuoteResponse;
  chain.kernel.state.setRoyalty(chain.ctx, 1n, [
    { address: other.text, kernel: "", bps: 3_333 },
    { address: "", kernel: "parent", bps: 3_333 },
  ]);
  expect(chain.query("Quote", asked)).toEqual(quoteBefore);
  const supply = chain.bankKeeper.supply(chain.ctx, "unes");
  const id = chain.ask({ from: other });
  const escrowed = FUNDS - chain.balance(other);
  expect(escrowed).toBe(amountOf(quoteBefore.price));
  const [ownerBefore, otherBefore] = [chain.balance(user), chain.balance(other)];
  chain.runUntil(() => chain.request(id).paid);
  expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
  const { payouts, escrowed: settled } = chain.reward.findBreakdown(chain.ctx, id)!;
  expect(BigInt(settled)).toBe(escrowed);
  expect(payouts.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(escrowed);
  const { fees } = chain.request(id);
  const owners = BigInt(fees.compute) / 10n + BigInt(fees.author);
  const share = (owners * 3_333n) / 10_000n;
  expect(chain.balance(other) - otherBefore).toBe(share);
  // The user owns both kernels: what is left of the one, and the share of the other.
  expect(chain.balance(user) - ownerBefore).toBe(owners - share);
  expect(chain.bankKeeper.supply(chain.ctx, "unes")).toEqual(supply);
  expect(chain.brokenInvariants()).toEqual([]);
});
