import { describe, expect, it } from "vitest";
import { RequestStatus, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { inertAggregator } from "#test/harness/aggregators.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { eventsOf, faultLines, memberPay } from "#test/harness/protocolRecord.js";
import { type Behaviour, executionOf } from "#test/harness/scriptedReceipts.js";
import { nearOutput, testInput, testManifest } from "#test/harness/testKernel.js";

/** Four nodes that answer with these first probabilities; no code runs on any of them. */
async function start(answers: readonly number[]): Promise<InferenceChain> {
  const chain = await InferenceChain.start({
    validators: answers.length,
    kernels: [testManifest({ name: "sample", epsilon: 1_000n, price: 0n })],
    aggregator: inertAggregator,
  });
  for (const [index, first] of answers.entries()) {
    const output = nearOutput(1, [first, 1_000_000 - first]);
    const behaviour: Behaviour = { answer: () => executionOf(output, undefined) };
    chain.network.nodes[index]!.receipts.behaviour = behaviour;
  }
  return chain;
}

const paid = (chain: InferenceChain, id: bigint): boolean[] =>
  chain.network.nodes.map(({ validator }) => memberPay(chain, id, validator.account) > 0n);

describe("a kernel that aggregates by distribution", () => {
  it("gives one of the near answers in R+5, the same on every node, and pays who is near", async () => {
    const chain = await start([500_000, 500_400, 500_900, 520_000]);
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    const result = chain.getResult(id);
    expect(result.executions[0]?.output).toEqual(nearOutput(1, [500_400, 499_600]));
    expect(result).toMatchObject({ seatsAgreed: 3, seatsTotal: 4, provisional: false });
    expect(paid(chain, id)).toEqual([true, true, true, false]);
    expect(faultLines(chain)).toEqual([]);
    expect(eventsOf(chain, "inference.answers_combined")).toHaveLength(1);
    chain.expectSound();
  });

  it("ends without agreement when no answer has more than half of the seats near it", async () => {
    const chain = await start([100_000, 100_500, 900_000, 900_500]);
    const id = await chain.request("sample", [testInput(1)]);
    await chain.run(5);
    expect(chain.getRequest(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(paid(chain, id)).toEqual([false, false, false, false]);
    expect(chain.getBatch(1n).seats.map(({ status }) => status)).toEqual(
      [0, 1, 2, 3].map(() => SeatStatus.REVEALED),
    );
    expect(faultLines(chain)).toEqual([]);
    chain.expectSound();
  });
});
