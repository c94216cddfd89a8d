import { describe, expect, it } from "vitest";
import {
  BatchStatus,
  FaultKind,
  type Request,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import {
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  otherAnswer,
  rewriting,
  seatOf,
} from "#test/harness/protocolRecord.js";
import type { Behaviour } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";

const WINDOW = 6n;

/** Answers differently to the requests that `chosen` picks, unless they are escalated. */
function wrongOn(chosen: (request: Request) => boolean, marker: number): Behaviour {
  return {
    answer: (honest, request) =>
      chosen(request) && request.status !== RequestStatus.ESCALATED
        ? otherAnswer(honest, marker)
        : honest,
  };
}

/** Has no receipt for the requests that `chosen` picks. */
function abstainingOn(chosen: (request: Request) => boolean): Behaviour {
  return { answer: (honest, request) => (chosen(request) ? undefined : honest) };
}

function start() {
  return InferenceChain.start({
    validators: 4,
    inference: { challengeWindowBlocks: WINDOW },
  });
}

const inputs = (count: number) => Array.from({ length: count }, (_, index) => [testInput(index)]);

const paidAmong = (chain: InferenceChain, id: bigint, nodes: readonly MemoryNode[]) =>
  nodes.map(({ validator }) => memberPay(chain, id, validator.account) > 0n);

describe("roots that differ", () => {
  it("are compared request by request; a seat is punished once for all it had wrong", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    const before = holdingsOf(chain);
    nodes[2]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 7);
    nodes[3]!.receipts.behaviour = wrongOn(({ id }) => id >= 2n, 8);
    const ids = await chain.requestEach("echo", inputs(3));
    await chain.run(5);
    expect(chain.getBatch(1n).status).toBe(BatchStatus.COMPARING);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.COMPARING),
    );
    expect(eventsOf(chain, "inference.comparison_begun")).toHaveLength(1);
    // The digests land two blocks later; then proposers show what each has of the agreed outputs.
    expect(await chain.runUntil(() => chain.haveEnded(ids), 6)).toBeGreaterThan(2);
    const statuses = ids.map((id) => chain.getRequest(id).status);
    expect(statuses).toEqual(ids.map(() => RequestStatus.FULFILLED));
    expect(chain.faults()).toEqual([]);
    expect(ids.map((id) => chain.getResult(id).seatsAgreed)).toEqual([3, 3, 3]);

    await chain.run(Number(WINDOW));
    expect(faultLines(chain).sort()).toEqual(["validator-2 WRONG", "validator-3 WRONG"]);
    expect(paidAmong(chain, ids[0]!, nodes)).toEqual([true, true, false, true]);
    expect(paidAmong(chain, ids[1]!, nodes)).toEqual([true, true, true, false]);
    expect(paidAmong(chain, ids[2]!, nodes)).toEqual([true, true, true, false]);
    expect(gainOf(chain, before, nodes[0]!.validator.account).stake).toBe(0n);
    expect(gainOf(chain, before, nodes[3]!.validator.account).stake).toBe(-1_000_000n);
    expect(eventsOf(chain, "inference.escalated")).toEqual([]);
    chain.expectSound();
  });

  it("send on only the request that has no majority; the others are answered", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    nodes[2]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 7);
    nodes[3]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 8);
    const ids = await chain.requestEach("echo", inputs(2));
    await chain.runUntil(() => chain.haveEnded([2n]), 9);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual([
      RequestStatus.ESCALATED,
      RequestStatus.FULFILLED,
    ]);
    await chain.run(5);
    expect(chain.getRequest(ids[0]!)).toMatchObject({
      status: RequestStatus.FULFILLED,
      originBatchId: 1n,
      batchId: 2n,
    });
    await chain.run(Number(WINDOW));
    expect(faultLines(chain).sort()).toEqual(["validator-2 WRONG", "validator-3 WRONG"]);
    expect(ids.every((id) => chain.getRequest(id).paid)).toBe(true);
    chain.expectSound();
  });

  it("cost a seat that does not publish its digests a WITHHELD", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    nodes[2]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 7);
    nodes[3]!.receipts.behaviour = wrongOn(({ id }) => id === 2n, 8);
    const ids = await chain.requestEach("echo", inputs(2));
    await chain.run(
      12,
      rewriting(nodes[3]!, (said) => ({ ...said, requestDigests: [] })),
    );
    // Three of four still agree about request 2, and two of four about request 1.
    expect(chain.getRequest(ids[1]!).status).toBe(RequestStatus.FULFILLED);
    expect(faultLines(chain)).toEqual(["validator-3 WITHHELD"]);
    expect(seatOf(chain.getBatch(1n), nodes[3]!).status).toBe(SeatStatus.WITHHELD);
    await chain.run(10);
    expect(chain.getRequest(ids[0]!).status).toBe(RequestStatus.FULFILLED);
    expect(faultLines(chain).sort()).toEqual(["validator-2 WRONG", "validator-3 WITHHELD"]);
    chain.expectSound();
  });

  it("cost a seat whose digests do not hash to its root an INVALID, and leave it unpaid", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    nodes[2]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 7);
    nodes[3]!.receipts.behaviour = wrongOn(({ id }) => id === 2n, 8);
    const ids = await chain.requestEach("echo", inputs(2));
    await chain.run(
      12,
      rewriting(nodes[3]!, (said) => ({
        ...said,
        // It would rather have been right.
        requestDigests: said.requestDigests.map((entry) => ({
          ...entry,
          digests: nodes[0]!.receipts.findFinished(entry.batchId)!.leaves.slice(),
        })),
      })),
    );
    expect(faultLines(chain)[0]).toBe("validator-3 INVALID");
    expect(chain.faults()[0]?.kind).toBe(FaultKind.INVALID);
    await chain.run(12);
    const [, second] = ids;
    expect(memberPay(chain, second!, nodes[3]!.validator.account)).toBe(0n);
    expect(faultLines(chain).sort()).toEqual(["validator-2 WRONG", "validator-3 INVALID"]);
    chain.expectSound();
  });

  it("cost a seat with too few digests an INVALID", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    nodes[2]!.receipts.behaviour = wrongOn(({ id }) => id === 1n, 7);
    nodes[3]!.receipts.behaviour = wrongOn(({ id }) => id === 2n, 8);
    await chain.requestEach("echo", inputs(2));
    await chain.run(
      8,
      rewriting(nodes[3]!, (said) => ({
        ...said,
        requestDigests: said.requestDigests.map((entry) => ({
          ...entry,
          digests: entry.digests.slice(0, 1),
        })),
      })),
    );
    expect(faultLines(chain)).toEqual(["validator-3 INVALID"]);
    chain.expectSound();
  });
});

describe("a request that a host could not finish", () => {
  it("is an abstention: no pay for it, no fault, and pay for the rest of the batch", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    nodes[3]!.receipts.behaviour = abstainingOn(({ id }) => id === 1n);
    const ids = await chain.requestEach("echo", inputs(2));
    await chain.run(5 + Number(WINDOW));
    expect(ids.map((id) => chain.getRequest(id).paid)).toEqual([true, true]);
    expect(paidAmong(chain, ids[0]!, nodes)).toEqual([true, true, true, false]);
    expect(paidAmong(chain, ids[1]!, nodes)).toEqual([true, true, true, true]);
    expect(ids.map((id) => chain.getResult(id).seatsAgreed)).toEqual([3, 4]);
    expect(chain.faults()).toEqual([]);
    expect(eventsOf(chain, "inference.comparison_begun")).toEqual([]);
    chain.expectSound();
  });

  it("counts for nothing in a comparison, so that different abstentions still agree", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    for (const [index, node] of nodes.entries()) {
      node.receipts.behaviour = abstainingOn(({ id }) => id === BigInt(index + 1));
    }
    const ids = await chain.requestEach("echo", inputs(4));
    await chain.runUntil(() => chain.haveEnded(ids), 12);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    await chain.run(Number(WINDOW));
    expect(chain.faults()).toEqual([]);
    for (const [index, id] of ids.entries()) {
      expect(paidAmong(chain, id, nodes)).toEqual(nodes.map((_, seat) => seat !== index));
    }
    chain.expectSound();
  });

  it("escalates when a majority could not finish it, and nobody is at fault", async () => {
    const chain = await start();
    const { nodes } = chain.network;
    for (const node of nodes.slice(0, 3)) {
      node.receipts.behaviour = abstainingOn(
        ({ id, status }) => id === 1n && status !== RequestStatus.ESCALATED,
      );
    }
    const ids = await chain.requestEach("echo", inputs(2));
    await chain.run(5);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual([
      RequestStatus.ESCALATED,
      RequestStatus.FULFILLED,
    ]);
    await chain.run(5 + Number(WINDOW));
    expect(chain.getRequest(ids[0]!)).toMatchObject({
      status: RequestStatus.FULFILLED,
      paid: true,
    });
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });
});
