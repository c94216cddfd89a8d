import { describe, expect, it } from "vitest";
import { BatchStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { eventsOf } from "#test/harness/protocolRecord.js";
import { testInput } from "#test/harness/testKernel.js";

/** Gas of one request of the kernel `echo`, which here is what one block of grace is for. */
const REQUEST_GAS = 1_000_000n;

/** A chain whose batches hold one request each. */
async function start(changes: Parameters<typeof InferenceChain.start>[0]["inference"] = {}) {
  return InferenceChain.start({
    validators: 1,
    inference: {
      maxBatchRequests: 1,
      maxBatchGas: 10n * REQUEST_GAS,
      slotGas: 10n * REQUEST_GAS,
      providerGas: 10n * REQUEST_GAS,
      gasPerGraceBlock: REQUEST_GAS,
      ...changes,
    },
  });
}

/** Requests in one block; gives the ids of their batches after the slot that draws them. */
async function drawTogether(chain: InferenceChain, count: number): Promise<readonly bigint[]> {
  const messages = Array.from({ length: count }, (_, index) =>
    chain.requestMessage("echo", [testInput(index)]),
  );
  const { code } = await chain.send(chain.user, messages);
  expect(code).toBe(0);
  await chain.run(1);
  return messages.map((_, index) => chain.getRequest(BigInt(index + 1)).batchId);
}

describe("a provider that is drawn for several batches at a time", () => {
  it("has the longer to answer a batch, the more it has to do before", async () => {
    const chain = await start();
    const ids = await drawTogether(chain, 3);
    const slot = chain.height;
    expect(ids.map((id) => chain.getBatch(id).phaseHeight - slot)).toEqual([3n, 4n, 5n]);
  });

  it("is not at fault for the last while it works off the first", async () => {
    const chain = await start();
    const [node] = chain.network.nodes;
    node!.receipts.behaviour = { runs: () => false };
    const ids = await drawTogether(chain, 3);
    const slot = chain.height;
    while (chain.height < slot + 4n) await chain.run(1);
    // What the node finishes now is in the block of slot + 7.
    node!.receipts.behaviour = {};
    while (chain.height < slot + 9n) await chain.run(1);
    expect(chain.getBatch(ids[2]!).status).toBe(BatchStatus.SETTLED);
    const faults = chain.faults().map(({ batchId, height }) => [batchId, height - slot]);
    expect(faults).toEqual([
      [ids[0], 5n],
      [ids[1], 6n],
    ]);
    chain.expectSound();
  });
});

describe("a version whose members stay silent", () => {
  it("is sent on and not suspended: silence is not the kernel's trouble", async () => {
    const chain = await start({ escalationsToSuspend: 1 });
    const [node] = chain.network.nodes;
    node!.receipts.behaviour = { runs: () => false };
    await drawTogether(chain, 1);
    const escalations = () => eventsOf(chain, "inference.escalated");
    await chain.runUntil(() => escalations().length > 0, 12);
    expect(eventsOf(chain, "inference.version_suspended")).toEqual([]);
    node!.receipts.behaviour = {};
    expect(await chain.request("echo", [testInput(9)])).toBe(2n);
    chain.expectSound();
  });
});
