import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  type Execution,
  FaultKind,
  type Params,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";
import { defaultParams, leastRequestBlocks } from "../../types/params.js";
import { isTerminal } from "../../types/request.js";

const lie = (honest: Execution): Execution => {
  const told = executionOf(Uint8Array.of(66), undefined);
  return { ...told, receipt: { ...told.receipt, workDigest: honest.receipt.workDigest } };
};

function statusOf(chain: InferenceFixture, number: number, batchId = 1n): SeatStatus {
  return chain.batch(batchId).seats[chain.seatOf(batchId, number)]!.status;
}

const kindsOf = (chain: InferenceFixture): FaultKind[] => chain.faults().map(({ kind }) => kind);

describe("silence", () => {
  test("in the commit phase is ABSENT after three proposers, and the batch goes on", () => {
    const chain = new InferenceFixture();
    chain.mute.add(0);
    const id = chain.ask();
    chain.run(4);
    expect(statusOf(chain, 0)).toBe(SeatStatus.WAITING);
    chain.run(1);
    expect(statusOf(chain, 0)).toBe(SeatStatus.ABSENT);
    expect(chain.batch(1n).status).toBe(BatchStatus.REVEALING);
    chain.run(2);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(kindsOf(chain)).toEqual([FaultKind.ABSENT]);
    expect(chain.staking.slashes).toMatchObject([{ bps: 1n, sinceHeight: 2n }]);
    expect(chain.faults()[0]?.penalty.amount).toBe("10000");
  });

  test("in the reveal phase is WITHHELD, and the answer is provisional meanwhile", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run(3);
    chain.mute.add(0);
    chain.run(2);
    expect(chain.result(id)).toMatchObject({ provisional: true, seatsAgreed: 0 });
    expect(chain.request(id).status).toBe(RequestStatus.REVEALING);
    chain.run(2);
    expect(statusOf(chain, 0)).toBe(SeatStatus.WITHHELD);
    expect(chain.result(id)).toMatchObject({ provisional: false, seatsAgreed: 3, seatsTotal: 4 });
    expect(chain.staking.slashes).toMatchObject([{ bps: 10n }]);
  });

  test("in the comparison is WITHHELD", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1]) chain.behave(number, { answer: lie });
    chain.ask();
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.COMPARING);
    chain.mute.add(2);
    chain.runUntil(() => chain.batch(1n).status === BatchStatus.SETTLED);
    expect(statusOf(chain, 2)).toBe(SeatStatus.WITHHELD);
  });

  test("of a validator that was down is nobody's fault", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run();
    chain.absent.add(0);
    chain.run(5);
    expect(statusOf(chain, 0)).toBe(SeatStatus.VACATED);
    expect(chain.faults()).toEqual([]);
    chain.run(4);
    expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("of a validator that left the set vacates its seat at once", () => {
    const chain = new InferenceFixture();
    chain.mute.add(0);
    chain.ask();
    chain.run(1);
    chain.staking.leave(0, chain.height + 2n);
    chain.run(1);
    expect(statusOf(chain, 0)).toBe(SeatStatus.VACATED);
    expect(chain.eventTypes()).toContain("inference.seat_vacated");
    expect(chain.faults()).toEqual([]);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("on a chain of one validator is judged by the one proposer there is", () => {
    const chain = new InferenceFixture({ validators: 1 });
    chain.mute.add(0);
    chain.ask();
    chain.run(6);
    expect(kindsOf(chain)).toEqual([FaultKind.ABSENT]);
  });

  test("is judged after the blocks that the work itself may take", () => {
    const gas = { maxBatchGas: 10_000_000n, slotGas: 10_000_000n, providerGas: 10_000_000n };
    const chain = new InferenceFixture({
      inference: { ...gas, gasPerGraceBlock: 100_000n, maxRequestBlocks: 10_000n },
    });
    chain.mute.add(0);
    chain.ask();
    // Ten blocks more than the five of the first case.
    chain.run(14);
    expect(statusOf(chain, 0)).toBe(SeatStatus.WAITING);
    chain.run(1);
    expect(statusOf(chain, 0)).toBe(SeatStatus.ABSENT);
  });
});

describe("a batch without agreement", () => {
  test("of one root and silence is not compared; its requests escalate", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run(3);
    chain.mute.add(0).add(1);
    chain.run(5);
    expect(chain.batch(1n).status).toBe(BatchStatus.SETTLED);
    expect(chain.request(id).status).toBe(RequestStatus.ESCALATED);
    expect(chain.eventTypes()).not.toContain("inference.comparison_begun");
  });

  test("is compared request by request: what most agree on is settled, the rest escalates", () => {
    const chain = new InferenceFixture();
    for (const [number, wrong] of [
      [0, 2n],
      [1, 2n],
      [2, 3n],
    ] as const) {
      chain.behave(number, { answer: (honest, { id }) => (id === wrong ? lie(honest) : honest) });
    }
    const ids = [1, 2, 3].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.COMPARING);
    expect(chain.request(1n).status).toBe(RequestStatus.COMPARING);
    chain.runUntil(() => chain.batch(1n).status === BatchStatus.SETTLED);
    const { FULFILLED, ESCALATED } = RequestStatus;
    expect(ids.map((id) => chain.request(id).status)).toEqual([FULFILLED, ESCALATED, FULFILLED]);
    expect(chain.result(1n)).toMatchObject({ seatsAgreed: 4, provisional: false });
    expect(chain.result(3n)).toMatchObject({ seatsAgreed: 3 });
    expect(chain.result(2n)).toBeUndefined();
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("of FULL assurance ends its requests, whose compute is not refunded", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1]) chain.behave(number, { answer: lie });
    const id = chain.ask({ assurance: Assurance.FULL });
    chain.runUntil(() => chain.request(id).status === RequestStatus.NO_AGREEMENT);
    const { admission, compute } = chain.request(id).fees;
    expect(chain.balance(chain.user)).toBe(FUNDS - BigInt(admission) - BigInt(compute));
    expect(chain.request(id).paid).toBe(true);
    expect(chain.keeper.findBatch(chain.ctx, 2n)).toBeUndefined();
    chain.run();
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expect(chain.faults()).toEqual([]);
  });

  test("because nobody committed escalates without a reveal phase", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1, 2, 3]) chain.mute.add(number);
    const id = chain.ask();
    chain.run(6);
    expect(chain.batch(1n).status).toBe(BatchStatus.SETTLED);
    expect(chain.request(id).status).toBe(RequestStatus.ESCALATED);
    expect(kindsOf(chain)).toEqual([2, 2, 2, 2]);
  });
});

describe("a batch that agrees and never shows its outputs", () => {
  test("waits for every agreeing member's turn and then goes on without", () => {
    const inference: Partial<Params> = { maxGraceBlocks: 3n };
    const chain = new InferenceFixture({ inference });
    const id = chain.ask();
    chain.run(4);
    // They reveal and then have nothing to show.
    for (const [number, receipts] of chain.receipts.entries()) {
      const { batchRoot, salt, abstentions } = receipts.findFinished(1n)!;
      chain.say(number, { reveals: [{ batchId: 1n, batchRoot, salt, abstentions }] });
      receipts.forget();
      chain.behave(number, { runs: () => false });
      chain.mute.add(number);
    }
    chain.run();
    const agreed = chain.height;
    expect(chain.batch(1n)).toMatchObject({ agreedHeight: agreed, outputsReceived: false });
    chain.run(3);
    expect(chain.batch(1n).status).toBe(BatchStatus.REVEALING);
    chain.run();
    expect(chain.batch(1n).status).toBe(BatchStatus.SETTLED);
    expect(chain.request(id).status).toBe(RequestStatus.ESCALATED);
    expect(chain.result(id)).toBeUndefined();
  });
});

test("a request is answered before its deadline when everybody speaks in every third block only", () => {
  const short = {
    maxQueueBlocks: 2n,
    maxGraceBlocks: 4n,
    challengeWindowBlocks: 5n,
    gasPerGraceBlock: 1_000_000n,
    maxBatchGas: 2_000_000n,
    slotGas: 2_000_000n,
    providerGas: 2_000_000n,
  };
  const maxRequestBlocks = leastRequestBlocks({ ...defaultParams("unes"), ...short });
  const chain = new InferenceFixture({ validators: 8, inference: { ...short, maxRequestBlocks } });
  const id = chain.ask();
  const { deadlineHeight } = chain.request(id);
  // Committees disagree, escalations as well.
  for (const number of [0, 2, 4, 6]) chain.behave(number, { answer: lie });
  for (let block = 0; !chain.request(id).paid; block++) {
    expect(chain.height).toBeLessThan(deadlineHeight);
    for (const number of chain.validators.keys()) {
      if (block % 3 === 2) chain.mute.delete(number);
      else chain.mute.add(number);
    }
    chain.run();
    expect(chain.brokenInvariants()).toEqual([]);
  }
  expect(isTerminal(chain.request(id).status)).toBe(true);
});
