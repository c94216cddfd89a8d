import { describe, expect, it } from "vitest";
import {
  Assurance,
  BatchKind,
  type Execution,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import type { MemoryNode } from "#test/harness/memoryNode.js";
import {
  answering,
  eventsOf,
  faultLines,
  gainOf,
  holdingsOf,
  memberPay,
  otherAnswer,
  payoutsOf,
} from "#test/harness/protocolRecord.js";
import { testInput } from "#test/harness/testKernel.js";

const WINDOW = 6n;
const NES = 1_000_000n;

const isEscalated = ({ status }: Request) => status === RequestStatus.ESCALATED;

/** Answers otherwise in the committee and honestly in an escalation. */
const wrongAtFirst = (marker: number) => ({
  answer: (honest: Execution, request: Request) =>
    isEscalated(request) ? honest : otherAnswer(honest, marker),
});

async function start(
  behaviours: ReadonlyArray<MemoryNode["receipts"]["behaviour"]>,
  stakes?: readonly bigint[],
) {
  const chain = await InferenceChain.start({
    validators: behaviours.length,
    inference: { challengeWindowBlocks: WINDOW },
    ...(stakes === undefined ? {} : { stakes }),
  });
  for (const [index, behaviour] of behaviours.entries()) {
    chain.network.nodes[index]!.receipts.behaviour = behaviour;
  }
  return chain;
}

describe("a request without a majority", () => {
  it("is decided by everybody; both rounds' right seats share, the wrong are punished", async () => {
    const chain = await start([{}, {}, wrongAtFirst(1), wrongAtFirst(1)]);
    const { nodes } = chain.network;
    const before = holdingsOf(chain);
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(7);
    expect(chain.getRequest(id).status).toBe(RequestStatus.ESCALATED);
    await chain.run(5);
    const escalation = chain.getBatch(2n);
    expect(escalation.kind).toBe(BatchKind.ESCALATION);
    expect(escalation.workBeacon).toHaveLength(32);
    expect(escalation.seats).toHaveLength(4);
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    // The other digest was wrong from the start.
    await chain.run(Number(WINDOW));
    expect(faultLines(chain).sort()).toEqual(["validator-2 WRONG", "validator-3 WRONG"]);
    const share = memberPay(chain, id, nodes[2]!.validator.account);
    expect(share).toBeGreaterThan(0n);
    expect(nodes.map(({ validator }) => memberPay(chain, id, validator.account))).toEqual([
      2n * share,
      2n * share,
      share,
      share,
    ]);
    expect(gainOf(chain, before, nodes[0]!.validator.account).stake).toBe(0n);
    expect(eventsOf(chain, "inference.escalated")).toMatchObject([{ reason: "no agreement" }]);
    chain.expectSound();
  });

  it("ends in NO_AGREEMENT when everybody disagrees again: author and tip are refunded", async () => {
    const chain = await start([answering(1), answering(1), answering(2), answering(2)]);
    const before = holdingsOf(chain);
    const id = await chain.request("echo", [testInput(4)], { priorityFee: 500n });
    await chain.run(14);
    const { status, paid, fees } = chain.getRequest(id);
    expect({ status, paid }).toEqual({ status: RequestStatus.NO_AGREEMENT, paid: true });
    expect(payoutsOf(chain, id)).toEqual({
      PROTOCOL: BigInt(fees.admission),
      COMMUNITY_POOL: BigInt(fees.compute),
      REFUND: BigInt(fees.author) + 500n,
    });
    const cost = BigInt(fees.admission) + BigInt(fees.compute) + 1_000n;
    expect(gainOf(chain, before, chain.user).balance).toBe(-cost);
    await chain.run(Number(WINDOW));
    expect(chain.faults()).toEqual([]);
    for (const { validator } of chain.network.nodes) {
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: 0n, stake: 0n });
    }
    expect(eventsOf(chain, "inference.escalated")).toHaveLength(1);
    chain.expectSound();
  });

  it("escalates when nobody committed, and whoever was silent is ABSENT", async () => {
    const silentAtFirst = {
      runs: ({ kind }: { readonly kind: BatchKind }) => kind === BatchKind.ESCALATION,
    };
    const chain = await start([silentAtFirst, silentAtFirst, silentAtFirst, silentAtFirst]);
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(16);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(faultLines(chain).every((line) => line.endsWith("ABSENT"))).toBe(true);
    expect(chain.faults()).toHaveLength(4);
    chain.expectSound();
  });

  it("takes others of its version along into one escalation", async () => {
    const chain = await start([{}, {}, wrongAtFirst(1), wrongAtFirst(1)]);
    const ids = await chain.requestEach("echo", [[testInput(1)], [testInput(2)], [testInput(3)]]);
    await chain.run(12);
    expect(chain.getBatch(2n).requestIds).toEqual(ids);
    expect(ids.map((id) => chain.getRequest(id).status)).toEqual(
      ids.map(() => RequestStatus.FULFILLED),
    );
    await chain.run(Number(WINDOW));
    expect(faultLines(chain)).toHaveLength(2);
    chain.expectSound();
  });
});

describe("an escalation", () => {
  it("is decided by more than two thirds of the power, not by the number of seats", async () => {
    const chain = await start(
      [{}, answering(1), answering(1), answering(1)],
      [70n * NES, 10n * NES, 10n * NES, 10n * NES],
    );
    const full = await chain.request("echo", [testInput(5)], { assurance: Assurance.FULL });
    // Only one has the agreed outputs: it carries them in the block after the agreement.
    await chain.run(7);
    expect(chain.getRequest(full).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(full).seatsAgreed).toBe(1);
    expect(faultLines(chain).sort()).toEqual([
      "validator-1 WRONG",
      "validator-2 WRONG",
      "validator-3 WRONG",
    ]);
    chain.expectSound();
  });

  it("finds nobody agreed at exactly two thirds", async () => {
    const chain = await start([{}, {}, answering(1)], [10n * NES, 10n * NES, 10n * NES]);
    const full = await chain.request("echo", [testInput(5)], { assurance: Assurance.FULL });
    await chain.run(10);
    expect(chain.getRequest(full).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("finds a member wrong that repeats the published answer without its work digest", async () => {
    const repeats = {
      answer: (honest: Execution, request: Request) =>
        isEscalated(request)
          ? { ...honest, receipt: { ...honest.receipt, workDigest: new Uint8Array(32) } }
          : honest,
    };
    const chain = await start([
      {},
      {},
      {},
      { ...wrongAtFirst(1) },
      { ...wrongAtFirst(1) },
      { ...wrongAtFirst(2) },
      repeats,
    ]);
    const { nodes } = chain.network;
    let id = 0n;
    // Until a draw of four happens to have no majority.
    while (eventsOf(chain, "inference.escalated").length === 0) {
      id = await chain.request("echo", [testInput(Number(chain.height))]);
      await chain.run(8);
    }
    await chain.run(8 + Number(WINDOW));
    expect(chain.getRequest(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    const escalation = chain.getRequest(id).batchId;
    const found = chain.faults().filter(({ batchId }) => batchId === escalation);
    expect(found.map(({ operatorAddress }) => operatorAddress)).toEqual([
      nodes[6]!.validator.account.operator,
    ]);
    chain.expectSound();
  });

  it("waits while too little power is available", async () => {
    const chain = await start([{}, {}, wrongAtFirst(1), wrongAtFirst(1)]);
    const id = await chain.request("echo", [testInput(4)]);
    await chain.run(5);
    for (const node of chain.network.nodes.slice(0, 2)) {
      node.receipts.behaviour = { available: false };
    }
    await chain.run(20);
    expect(chain.getRequest(id).status).toBe(RequestStatus.ESCALATED);
    for (const node of chain.network.nodes.slice(0, 2)) node.receipts.behaviour = {};
    await chain.run(8);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });
});
