import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  type Execution,
  FaultKind,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { judgeBatch, rightAccounts } from "./judge.js";

const lie = (honest: Execution): Execution => {
  const told = executionOf(Uint8Array.of(66), undefined);
  return { ...told, receipt: { ...told.receipt, workDigest: honest.receipt.workDigest } };
};

/** What validators have earned, by number. */
const earnings = (chain: InferenceFixture): bigint[] =>
  chain.validators.map(({ account }) => chain.balance(account));

/** Runs to the block before a batch closes. */
function runToClose(chain: InferenceFixture, batchId = 1n): void {
  chain.runUntil(() => chain.keeper.findBatch(chain.ctx, batchId)?.status === BatchStatus.SETTLED);
  const { closesHeight } = chain.batch(batchId);
  chain.run(Number(closesHeight - chain.height) - 1);
}

describe("a settled batch", () => {
  test("holds pay and penalties until its window is over", () => {
    const chain = new InferenceFixture();
    chain.behave(3, { answer: lie });
    const id = chain.ask();
    runToClose(chain);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: false });
    expect(earnings(chain)).toEqual([0n, 0n, 0n, 0n]);
    expect(chain.staking.slashes).toEqual([]);
    chain.run();
    expect(chain.request(id).paid).toBe(true);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expect(chain.eventTypes()).toContain("inference.batch_closed");
    // A third of 80 % of 200 each.
    expect(earnings(chain)).toEqual([53n, 53n, 53n, 0n]);
    expect(chain.faults()).toMatchObject([{ kind: FaultKind.WRONG, batchId: 1n }]);
    expect(chain.staking.slashes).toMatchObject([{ bps: 100n, sinceHeight: 2n }]);
    expect(chain.moduleBalance("inference")).toBe(0n);
  });

  test("of FULL assurance closes in the block that settles it", () => {
    const chain = new InferenceFixture();
    const id = chain.ask({ assurance: Assurance.FULL });
    chain.run(5);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    expect(chain.request(id).paid).toBe(true);
  });

  test("punishes a seat once, however many requests it was wrong about", () => {
    const chain = new InferenceFixture();
    chain.behave(3, { answer: lie });
    for (const seed of [1, 2, 3]) chain.ask({ inputs: [testInput(seed)] });
    runToClose(chain);
    chain.run();
    expect(chain.faults()).toHaveLength(1);
    expect(earnings(chain)[3]).toBe(0n);
  });

  test("pays who abstained nothing and punishes it for nothing", () => {
    const chain = new InferenceFixture();
    chain.behave(3, { answer: (honest, { id }) => (id === 2n ? undefined : honest) });
    chain.ask();
    chain.ask();
    runToClose(chain);
    expect(chain.result(2n)).toMatchObject({ seatsAgreed: 3, seatsTotal: 4 });
    chain.run();
    // A quarter of 160 for the first, a third for the second.
    expect(earnings(chain)).toEqual([93n, 93n, 93n, 40n]);
    expect(chain.faults()).toEqual([]);
  });

  test("waits for its escalations, and what they decide pays and punishes in both batches", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1]) chain.behave(number, { answer: lie });
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.ESCALATED);
    chain.behave(1, {});
    chain.runUntil(() => chain.request(id).status === RequestStatus.FULFILLED);
    expect(chain.request(id)).toMatchObject({ batchId: 2n, originBatchId: 1n, paid: true });
    // Three seats of the escalation and two of the batch before: 160 in fifths.
    expect(earnings(chain)).toEqual([0n, 32n, 64n, 64n]);
    chain.run(30);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    const faults = chain
      .faults()
      .map(({ batchId, operatorAddress }) => [
        batchId,
        chain.validators.findIndex(({ account }) => account.operator === operatorAddress),
      ]);
    expect(faults.toSorted()).toEqual([
      [1n, 0],
      [1n, 1],
      [2n, 0],
    ]);
    expect(chain.moduleBalance("inference")).toBe(0n);
    expect(chain.brokenInvariants()).toEqual([]);
  });
});

test("a block makes 4,096 payouts, the rest follow in the next, and nothing is paid twice", () => {
  // Committees of 100 answer 60 requests, 40 of the first slot and 20 of the second.
  const committee = { target: 100, minimum: 1, maximum: 100 };
  const kernels = [testManifest({ name: "echo", committee, price: 0n })];
  const chain = new InferenceFixture({ validators: 100, kernels });
  const ids = Array.from({ length: 60 }, () => chain.ask());
  runToClose(chain);
  // Both batches are to close in the same block.
  const { closing } = chain.keeper.tables;
  const kv = chain.ctx.kv(chain.keys.inference);
  for (const [height, id] of [...closing.iterate(kv)]) {
    closing.delete(kv, [height, id]);
    chain.keeper.setBatch(chain.ctx, { ...chain.batch(id), closesHeight: chain.height + 1n });
  }
  const paid = (): number => ids.filter((id) => chain.request(id).paid).length;
  chain.run();
  expect(paid()).toBe(41);
  expect([1n, 2n].map((id) => chain.batch(id).status)).toEqual([
    BatchStatus.CLOSED,
    BatchStatus.SETTLED,
  ]);
  expect(chain.brokenInvariants()).toEqual([]);
  chain.run();
  expect(paid()).toBe(60);
  expect(chain.batch(2n).status).toBe(BatchStatus.CLOSED);
  // 80 % of 5,000 a request, in hundredths.
  expect(new Set(earnings(chain))).toEqual(new Set([40n * 60n]));
  expect(chain.moduleBalance("inference")).toBe(0n);
});

describe("faults pile up", () => {
  /** Validator 0 stays silent over so many requests. */
  function silent(rounds: number, inference: object): InferenceFixture {
    const chain = new InferenceFixture({ inference });
    chain.mute.add(0);
    for (let round = 0; round < rounds; round++) {
      chain.ask();
      chain.run(8);
    }
    return chain;
  }
  const recent = (chain: InferenceFixture): number =>
    chain.keeper.load(chain.ctx, chain.validators[0]!.address).recentFaults;

  test("until they jail, and counting begins anew", () => {
    const twice = silent(2, { faultsToJail: 3 });
    expect(recent(twice)).toBe(2);
    expect(twice.staking.jailed).toEqual([]);
    const thrice = silent(3, { faultsToJail: 3 });
    expect(thrice.staking.jailed).toEqual([thrice.validators[0]!.address]);
    expect(recent(thrice)).toBe(0);
  });

  test("only within their window, which begins with the first", () => {
    // A fault every eight blocks.
    expect(recent(silent(3, { faultWindowBlocks: 16n }))).toBe(3);
    expect(recent(silent(3, { faultWindowBlocks: 15n }))).toBe(1);
  });
});

describe("judging a batch", () => {
  test("names the accounts of the right seats, in seat order", () => {
    const chain = new InferenceFixture();
    chain.behave(2, { answer: lie });
    chain.ask();
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.SETTLED);
    const batch = chain.batch(1n);
    const right = rightAccounts(batch, judgeBatch(chain.ctx, chain.keeper, batch), 0);
    const expected = batch.seats
      .map((_, seat) => chain.holder(1n, seat))
      .filter((number) => number !== 2)
      .map((number) => chain.validators[number]!.account.address);
    expect(right).toEqual(expected);
  });

  test("looks at the result where another batch decided", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1, 2, 3]) chain.behave(number, { answer: lie });
    chain.ask();
    chain.run(5);
    for (const number of [0, 1, 2, 3]) chain.behave(number, {});
    const verdict = () => {
      const batch = chain.batch(1n);
      return judgeBatch(chain.ctx, chain.keeper, batch).verdict(batch.seats[0]!, 0);
    };
    expect(verdict()).toBe("right");
    chain.challenge(1n);
    expect(verdict()).toBe("right");
    chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
    expect(verdict()).toBe("wrong");
  });
});

test("a kernel that fails is agreed on: members are paid and its author is not", () => {
  const chain = new InferenceFixture();
  chain.validators.forEach((_, number) => {
    chain.behave(number, {
      answer: ({ receipt }) => ({
        receipt: { ...receipt, status: 2, outputSize: 0n, outputDigest: new Uint8Array(0) },
        output: new Uint8Array(0),
      }),
    });
  });
  const id = chain.ask({ from: chain.other });
  runToClose(chain);
  chain.run();
  expect(chain.request(id)).toMatchObject({ status: RequestStatus.KERNEL_FAILED, paid: true });
  expect(earnings(chain)).toEqual([40n, 40n, 40n, 40n]);
  // The author's 2,000 came back; admission and compute did not.
  expect(chain.balance(chain.other)).toBe(FUNDS - 433n);
  expect(chain.batch(1n).seats.map(({ status }) => status)).not.toContain(SeatStatus.INVALID);
});
