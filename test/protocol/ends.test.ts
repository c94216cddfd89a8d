import { describe, expect, it } from "vitest";
import {
  Assurance,
  ChallengeStatus,
  MsgChallenge,
  type Params,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { defaultParams, leastRequestBlocks } from "#modules/inference/types/params.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import {
  answering,
  eventsOf,
  gainOf,
  holdingsOf,
  otherAnswer,
  outputless,
  payoutsOf,
} from "#test/harness/protocolRecord.js";
import { testInput } from "#test/harness/testKernel.js";

/** Parameters with the shortest lives that are allowed. */
function brief(changes: Partial<Params> = {}): Partial<Params> {
  const short = {
    maxQueueBlocks: 4n,
    maxGraceBlocks: 3n,
    challengeWindowBlocks: 4n,
    maxBatchGas: 20_000_000n,
    slotGas: 20_000_000n,
    providerGas: 20_000_000n,
    gasPerGraceBlock: 20_000_000n,
    retentionBlocks: 10n,
    ...changes,
  };
  const maxRequestBlocks = leastRequestBlocks({ ...defaultParams("unes"), ...short });
  return { ...short, maxRequestBlocks };
}

describe("a request in the queue", () => {
  it("expires after max_queue_blocks with everything but the admission fee back", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      // One execution a slot, so that the queue is drained slowly.
      inference: brief({ maxBatchGas: 1_000_000n, slotGas: 1_000_000n }),
    });
    const before = holdingsOf(chain);
    const many = Array.from({ length: 6 }, (_, index) => [testInput(index)]);
    const ids = await chain.requestEach("echo", many, { priorityFee: 77n });
    const requested = chain.height;
    await chain.run(5);
    const statuses = ids.map((id) => chain.getRequest(id).status);
    expect(statuses.slice(4)).toEqual([RequestStatus.EXPIRED, RequestStatus.EXPIRED]);
    expect(statuses.slice(0, 4)).not.toContain(RequestStatus.EXPIRED);
    const last = chain.getRequest(ids[5]!);
    expect(payoutsOf(chain, last.id)).toEqual({
      PROTOCOL: BigInt(last.fees.admission),
      REFUND: BigInt(last.fees.compute) + BigInt(last.fees.author) + 77n,
    });
    const expiries = eventsOf(chain, "inference.request_ended").filter(
      ({ status }) => status === "EXPIRED",
    );
    expect(expiries.map((one) => one["request_id"])).toEqual(["5", "6"]);
    // They were in the slot of the last block that they might wait for.
    expect(expiries.map((one) => BigInt(one["height"]!) - requested)).toEqual([5n, 5n]);
    await chain.run(20);
    expect(ids.slice(0, 4).every((id) => chain.getRequest(id).paid)).toBe(true);
    expect(chain.faults()).toEqual([]);
    expect(gainOf(chain, before, chain.user).balance).toBeLessThan(0n);
    chain.expectSound();
  });

  it("is drawn by fee, then height, then id", async () => {
    const chain = await InferenceChain.start({
      validators: 1,
      inference: { maxBatchGas: 1_000_000n, slotGas: 1_000_000n, providerGas: 1_000_000n },
    });
    const plain = await chain.request("echo", [testInput(1)]);
    const messages = [0n, 50n, 0n, 50n].map((priorityFee, index) =>
      chain.requestMessage("echo", [testInput(index)], { priorityFee }),
    );
    await chain.send(chain.user, messages);
    await chain.runUntil(() => chain.haveEnded([1n, 2n, 3n, 4n, 5n]), 60);
    const order = eventsOf(chain, "inference.batch_drawn").map((one) => one["request_ids"]);
    expect(plain).toBe(1n);
    expect(order).toEqual(["1", "3", "5", "2", "4"]);
    chain.expectSound();
  });
});

describe("a request that nobody can decide", () => {
  it("ends at its deadline in NO_AGREEMENT, to the block, and is paid out", async () => {
    const chain = await InferenceChain.start({ validators: 4, inference: brief() });
    const { nodes } = chain.network;
    nodes[2]!.receipts.behaviour = answering(1);
    nodes[3]!.receipts.behaviour = answering(1);
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(5);
    // Half the power is gone for good: no escalation can be drawn.
    nodes[0]!.receipts.behaviour = { available: false };
    nodes[1]!.receipts.behaviour = { available: false };
    const { deadlineHeight } = chain.getRequest(id);
    while (chain.height < deadlineHeight - 1n) await chain.run(1);
    expect(chain.getRequest(id).status).toBe(RequestStatus.ESCALATED);
    await chain.run(1);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.NO_AGREEMENT, paid: true });
    await chain.run(6);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("under challenge keeps its result when the deadline comes first", async () => {
    const chain = await InferenceChain.start({ validators: 4, inference: brief() });
    const { nodes } = chain.network;
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(5);
    const digest = chain.getResult(id).requestDigest;
    nodes[0]!.receipts.behaviour = { available: false };
    nodes[1]!.receipts.behaviour = { available: false };
    const message = MsgChallenge.create({ challenger: chain.other.text, requestId: id });
    await chain.send(chain.other, [pack(MsgChallenge, message)]);
    const { deadlineHeight } = chain.getRequest(id);
    while (chain.height < deadlineHeight) await chain.run(1);
    const keeper = chain.node.wiring.keepers.inference;
    expect(keeper.findChallenge(chain.node.context(), id)?.status).toBe(ChallengeStatus.LOST);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(id).requestDigest).toEqual(digest);
    await chain.run(5);
    expect(chain.getRequest(id).paid).toBe(true);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("because no output ever arrives escalates, and then ends without agreement", async () => {
    const chain = await InferenceChain.start({ validators: 4, inference: brief() });
    const before = holdingsOf(chain);
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(10, outputless(chain));
    expect(chain.getRequest(id).status).toBe(RequestStatus.ESCALATED);
    await chain.runUntil(() => chain.haveEnded([id]), 20, outputless(chain));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.NO_AGREEMENT, paid: true });
    expect(chain.faults()).toEqual([]);
    for (const { validator } of chain.network.nodes) {
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: 0n, stake: 0n });
    }
    chain.expectSound();
  });
});

describe("whatever the validators do", () => {
  it.each([3, 11])("every request is terminal by its deadline (mix %i)", async (mix) => {
    const chain = await InferenceChain.start({ validators: 3, inference: brief() });
    const behaviours = [
      {},
      answering(1),
      { runs: () => false },
      { declines: () => true },
      { answer: () => undefined },
      { available: false },
      answering(2),
    ];
    const ids: bigint[] = [];
    for (let round = 0; round < 4; round++) {
      for (const [index, node] of chain.network.nodes.entries()) {
        const pick = (round * mix + index * (mix % 5) + index * round) % behaviours.length;
        node.receipts.behaviour = behaviours[pick]!;
      }
      const assurance = round % 3 === 0 ? Assurance.FULL : Assurance.COMMITTEE;
      const message = chain.requestMessage("echo", [testInput(round)], { assurance });
      const result = await chain.send(chain.user, [message]);
      // Too few providers may be available.
      if (result.code === 0) ids.push(BigInt(ids.length + 1));
      await chain.run(3);
      chain.expectSound();
    }
    expect(ids.length).toBeGreaterThan(1);
    const last = ids.reduce((most, id) => {
      const { deadlineHeight } = chain.getRequest(id);
      return deadlineHeight > most ? deadlineHeight : most;
    }, 0n);
    while (chain.height < last) await chain.run(1);
    expect(chain.haveEnded(ids)).toBe(true);
    await chain.run(5);
    expect(ids.every((id) => chain.getRequest(id).paid)).toBe(true);
    chain.expectSound();
  });
});

describe("what was answered", () => {
  it("loses inputs and outputs after retention_blocks and keeps digests and receipts", async () => {
    const chain = await InferenceChain.start({ validators: 4, inference: brief() });
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(5);
    const kept = chain.getResult(id);
    const keeper = chain.node.wiring.keepers.inference;
    await chain.run(9);
    expect(keeper.findInputs(chain.node.context(), id)).toBeDefined();
    expect(chain.getResult(id).executions[0]?.output.length).toBeGreaterThan(0);
    await chain.run(1);
    expect(keeper.findInputs(chain.node.context(), id)).toBeUndefined();
    const pruned = chain.getResult(id);
    expect(pruned).toEqual({
      ...kept,
      pruned: true,
      executions: [{ receipt: kept.executions[0]?.receipt, output: new Uint8Array(0) }],
    });
    expect(chain.getRequest(id).inputsRoot).toHaveLength(32);
    chain.expectSound();
  });
});

describe("a version that keeps causing escalations", () => {
  it("is suspended for a while: requests are refused, queued ones are refunded", async () => {
    const chain = await InferenceChain.start({
      validators: 4,
      inference: {
        ...brief(),
        escalationsToSuspend: 2,
        troubleWindowBlocks: 100n,
        suspensionBlocks: 12n,
      },
    });
    for (const [index, node] of chain.network.nodes.entries()) {
      node.receipts.behaviour = {
        answer: (honest, request) =>
          request.status === RequestStatus.ESCALATED ? honest : otherAnswer(honest, index % 2),
      };
    }
    const first = await chain.request("echo", [testInput(1)]);
    await chain.run(2);
    await chain.request("echo", [testInput(2)]);
    const suspensions = () => eventsOf(chain, "inference.version_suspended");
    await chain.runUntil(() => suspensions().length === 1, 20);
    const before = holdingsOf(chain);
    const message = chain.requestMessage("echo", [testInput(3)]);
    const refused = await chain.send(chain.user, [message]);
    expect(refused).toMatchObject({ codespace: "inference", code: 5 });
    expect(gainOf(chain, before, chain.user).balance).toBeGreaterThanOrEqual(-1_000n);
    const until = BigInt(suspensions()[0]!["until"]!);
    while (chain.height < until) await chain.run(1);
    for (const node of chain.network.nodes) node.receipts.behaviour = {};
    const again = await chain.request("echo", [testInput(4)]);
    await chain.run(5);
    expect(chain.getRequest(again).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getRequest(first).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });
});
