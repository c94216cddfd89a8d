import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchStatus,
  type Execution,
  type Params,
  Receipt,
  ReceiptStatus,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { nearOutput, testInput, testManifest } from "#test/harness/testKernel.js";
import { invalidInputs, notChallengeable } from "../../types/errors.js";

const EPSILON = 10_000n;
const KERNEL = testManifest({ name: "echo", epsilon: EPSILON, price: 0n });

function near(inference: Partial<Params> = {}, powers: readonly bigint[] = []): InferenceFixture {
  return new InferenceFixture({ kernels: [KERNEL], inference, powers });
}

const gives = (label: number, probs: readonly [number, number]): Execution =>
  executionOf(nearOutput(label, probs), undefined);

/** A run that the kernel itself failed. */
const failure = (status: Receipt["status"]): Execution => ({
  receipt: Receipt.create({ status, gasUsed: 3n }),
  output: new Uint8Array(0),
});

/** What validators say, by their numbers. */
function answering(chain: InferenceFixture, answers: ReadonlyArray<Execution | undefined>): void {
  for (const [number, answer] of answers.entries()) {
    chain.behave(number, { answer: () => answer });
  }
}

/** Asks, runs the answers through, and gives the number of the request. */
function asked(chain: InferenceFixture, answers: ReadonlyArray<Execution | undefined>): bigint {
  answering(chain, answers);
  const id = chain.ask();
  chain.run(5);
  expect(chain.brokenInvariants()).toEqual([]);
  expect(chain.faults()).toEqual([]);
  return id;
}

const paid = (chain: InferenceFixture): boolean[] =>
  chain.validators.map(({ account }) => chain.balance(account) > 0n);

const outputOf = (chain: InferenceFixture, id: bigint): Uint8Array | undefined =>
  chain.result(id)?.executions[0]?.output;

describe("answers that are not equal", () => {
  test("agree when they are near, and one of them, the nearest to all, is the result", () => {
    const chain = near();
    const answers = [600_000, 601_000, 603_000, 601_000].map((p) => gives(3, [p, 1_000_000 - p]));
    const id = asked(chain, answers);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.FULFILLED, paid: true });
    expect(outputOf(chain, id)).toEqual(answers[1]!.output);
    expect(chain.result(id)).toMatchObject({ seatsAgreed: 4, seatsTotal: 4, provisional: false });
    expect(paid(chain)).toEqual([true, true, true, true]);
  });

  test("are not accepted when they are far from most, are not paid, and nobody is punished", () => {
    const chain = near();
    const good = gives(3, [600_000, 400_000]);
    const id = asked(chain, [good, gives(3, [620_000, 380_000]), good, good]);
    expect(chain.result(id)).toMatchObject({ seatsAgreed: 3, seatsTotal: 4 });
    expect(outputOf(chain, id)).toEqual(good.output);
    expect(paid(chain)).toEqual([true, false, true, true]);
  });

  test("are as far as can be when another output is not equal, or they do not fit the kernel", () => {
    const good = gives(3, [600_000, 400_000]);
    const others = [gives(4, [600_000, 400_000]), executionOf(utf8("nonsense"), undefined)];
    for (const other of others) {
      const chain = near();
      const id = asked(chain, [good, good, good, other]);
      expect(outputOf(chain, id)).toEqual(good.output);
      expect(paid(chain)).toEqual([true, true, true, false]);
    }
  });

  test("without a majority near one of them give no result, and nobody is paid", () => {
    const chain = near();
    const [a, b] = [gives(3, [600_000, 400_000]), gives(3, [700_000, 300_000])];
    const id = asked(chain, [a, b, a, b]);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.result(id)).toBeUndefined();
    expect(paid(chain)).toEqual([false, false, false, false]);
    expect(chain.batch(1n).seats.every(({ rejections }) => rejections.length === 0)).toBe(true);
  });

  test("do not speak for the committee when the near ones are half of all seats", () => {
    const chain = near();
    const good = gives(3, [600_000, 400_000]);
    const id = asked(chain, [good, good, gives(1, [0, 0]), undefined]);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
  });

  test("are near for every input, or not accepted for the request", () => {
    const chain = near();
    const good = gives(3, [600_000, 400_000]);
    const bad = gives(3, [0, 0]);
    for (const number of [0, 1, 2, 3]) {
      chain.behave(number, { answer: (_h, _r, input) => (number === input ? bad : good) });
    }
    const id = chain.ask({ inputs: [testInput(1), testInput(2)] });
    chain.run(5);
    expect(chain.result(id)).toMatchObject({ seatsAgreed: 2, status: RequestStatus.FULFILLED });
    expect(paid(chain)).toEqual([false, false, true, true]);
  });

  test("end the whole request when one input has no agreement", () => {
    const chain = near();
    const good = gives(3, [600_000, 400_000]);
    for (const number of [0, 1, 2, 3]) {
      const odd = gives(number, [0, 0]);
      chain.behave(number, { answer: (_h, _r, input) => (input === 1 ? odd : good) });
    }
    const id = chain.ask({ inputs: [testInput(1), testInput(2)] });
    chain.run(5);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
    expect(chain.result(id)).toBeUndefined();
  });
});

describe("with FULL assurance", () => {
  test("more than two thirds of the power must be near, however few seats that is", () => {
    const strong = gives(3, [600_000, 400_000]);
    const weak = gives(3, [100_000, 900_000]);
    for (const [power, status] of [
      [7n, RequestStatus.FULFILLED],
      [6n, RequestStatus.NO_AGREEMENT],
    ] as const) {
      const chain = near({}, [power, 1n, 1n, 1n]);
      answering(chain, [strong, weak, weak, weak]);
      const id = chain.ask({ assurance: Assurance.FULL });
      chain.run(5);
      expect(chain.request(id).status).toBe(status);
      expect(chain.brokenInvariants()).toEqual([]);
    }
  });
});

describe("runs that the kernel failed", () => {
  test("agree on the failure when it is the same one, whatever gas they report", () => {
    const chain = near();
    const failed = { ...failure(ReceiptStatus.EXCEPTION) };
    const other = { ...failed, receipt: { ...failed.receipt, gasUsed: 9n } };
    const id = asked(chain, [failed, other, failed, gives(3, [1, 2])]);
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.KERNEL_FAILED, paid: true });
    expect(chain.result(id)?.executions[0]?.receipt.status).toBe(ReceiptStatus.EXCEPTION);
    expect(paid(chain)).toEqual([true, true, true, false]);
  });

  test("agree with nothing else: a minority that answered does not make a result", () => {
    const chain = near();
    const good = gives(3, [600_000, 400_000]);
    const failures = [ReceiptStatus.EXCEPTION, ReceiptStatus.OUT_OF_GAS].map(failure);
    const id = asked(chain, [good, good, ...failures]);
    expect(chain.request(id).status).toBe(RequestStatus.NO_AGREEMENT);
  });
});

describe("a result", () => {
  test("has the gas of the aggregation, since nobody can check a member's own", () => {
    const honest = gives(3, [600_000, 400_000]);
    const boasting = { ...honest, receipt: { ...honest.receipt, gasUsed: 999_999_999n } };
    const chain = near();
    const id = asked(chain, [boasting, boasting, boasting, boasting]);
    const { gasUsed } = chain.result(id)!.executions[0]!.receipt;
    const bytes = BigInt(honest.output.length);
    expect(gasUsed).toBe(4n * (1_000n + 25n * bytes) + 6n * 2n * 15n);
  });

  test("is nothing to challenge", () => {
    const chain = near();
    const id = asked(
      chain,
      Array.from({ length: 4 }, () => gives(3, [600_000, 400_000])),
    );
    chain.expectRefused(notChallengeable, () => {
      chain.challenge(id);
    });
  });
});

describe("the aggregation gas of a block", () => {
  test("bounds what is compared: the rest goes on in the next block", () => {
    const chain = near({ aggregationGasPerBlock: 15_000n });
    answering(
      chain,
      Array.from({ length: 4 }, () => gives(3, [600_000, 400_000])),
    );
    const ids = [1, 2, 3, 4, 5].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.run(5);
    const done: number[] = [];
    for (let block = 0; block < 3; block++) {
      done.push(chain.batch(1n).aggregatedRequests);
      expect(chain.brokenInvariants()).toEqual([]);
      chain.run();
    }
    expect(done).toEqual([2, 4, 5]);
    expect(chain.batch(1n).status).toBe(BatchStatus.CLOSED);
    for (const id of ids) expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
  });

  test("is not enough for a request that may take more, which is refused before it pays", () => {
    const chain = near({ aggregationGasPerBlock: 14_000n });
    chain.expectRefused(invalidInputs, () => chain.ask(), {
      problem: "aggregation gas of all inputs over a block",
    });
  });

  test("is not asked for answers that could not be in state to be compared", () => {
    const chain = near({ inlineOutputBytes: 47n });
    chain.expectRefused(invalidInputs, () => chain.ask(), {
      problem: "outputs too large to be compared in state",
    });
    expect(near({ inlineOutputBytes: 48n }).ask()).toBe(1n);
  });

  test("carries on after a genesis round trip in the middle of it", () => {
    const chain = near({ aggregationGasPerBlock: 15_000n });
    answering(
      chain,
      Array.from({ length: 4 }, () => gives(3, [600_000, 400_000])),
    );
    const ids = [1, 2, 3].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.run(5);
    expect(chain.batch(1n).status).toBe(BatchStatus.AGGREGATING);
    chain.reimport();
    expect(chain.brokenInvariants()).toEqual([]);
    chain.run(3);
    for (const id of ids) expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
  });
});
