import { describe, expect, test } from "vitest";
import {
  type Execution,
  type Payload,
  Receipt,
  ReceiptStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { NO_RECEIPT, requestLeaf } from "./digests.js";
import type { FinishedBatch } from "./expectedKeepers.js";
import { payloadLeaves, rememberLeaves, wholePayload } from "./payload.js";

const SHAPE = { executionCounts: [1, 2, 1], escalated: false, inlineOutputBytes: 100n };
const EMPTY = new Uint8Array(0);

const ok = (seed: number, length = 10): Execution =>
  executionOf(new Uint8Array(length).fill(seed), undefined);
const failed = (status: Receipt["status"]): Execution => ({
  receipt: Receipt.create({ status, gasUsed: 5n }),
  output: EMPTY,
});
const worked = (seed: number): Execution =>
  executionOf(Uint8Array.of(seed), sha256(Uint8Array.of(seed)));

function payload(...requests: ReadonlyArray<readonly [number, ...Execution[]]>): Payload {
  return {
    batchId: 1n,
    requests: requests.map(([position, ...executions]) => ({ position, executions })),
  };
}

const leafOf = (...executions: readonly Execution[]): Uint8Array =>
  requestLeaf(
    executions.map(({ receipt }) => receipt),
    false,
  );

describe("a payload stands for leaves", () => {
  test("one for each request, in batch order", () => {
    const leaves = payloadLeaves(payload([0, ok(1)], [1, ok(2), ok(3)], [2, ok(4)]), SHAPE);
    expect(leaves).toEqual([leafOf(ok(1)), leafOf(ok(2), ok(3)), leafOf(ok(4))]);
  });

  test("and for an abstention where it has no request", () => {
    const leaves = payloadLeaves(payload([1, ok(2), ok(3)]), SHAPE);
    expect(leaves).toEqual([NO_RECEIPT, leafOf(ok(2), ok(3)), NO_RECEIPT]);
    expect(payloadLeaves(payload(), SHAPE)).toEqual([NO_RECEIPT, NO_RECEIPT, NO_RECEIPT]);
  });

  test.each([
    ReceiptStatus.OUT_OF_GAS,
    ReceiptStatus.OUT_OF_MEMORY,
    ReceiptStatus.STACK_OVERFLOW,
    ReceiptStatus.EXCEPTION,
    ReceiptStatus.BAD_OUTPUT,
    ReceiptStatus.OUTPUT_TOO_LARGE,
    ReceiptStatus.MODEL_ERROR,
  ])("with failure %i, which machines reach alike", (status) => {
    const execution = failed(status);
    expect(payloadLeaves(payload([0, execution]), SHAPE)?.[0]).toEqual(leafOf(execution));
  });

  test("with an output over the inline limit left out", () => {
    const large = { ...ok(1, 101), output: EMPTY };
    expect(payloadLeaves(payload([0, large]), SHAPE)).toBeDefined();
    expect(payloadLeaves(payload([0, ok(1, 101)]), SHAPE)).toBeUndefined();
    expect(payloadLeaves(payload([0, ok(1, 100)]), SHAPE)).toBeDefined();
    expect(payloadLeaves(payload([0, { ...ok(1, 100), output: EMPTY }]), SHAPE)).toBeUndefined();
  });

  test("with work digests exactly when it repeats disputed work", () => {
    const escalated = { ...SHAPE, escalated: true };
    expect(payloadLeaves(payload([0, worked(1)]), escalated)?.[0]).toEqual(
      requestLeaf([worked(1).receipt], true),
    );
    expect(payloadLeaves(payload([0, ok(1)]), escalated)).toBeUndefined();
    expect(payloadLeaves(payload([0, worked(1)]), SHAPE)).toBeUndefined();
  });
});

describe("a payload is no good", () => {
  const forged = (changes: Partial<Receipt>, output?: Uint8Array): Execution => {
    const honest = ok(1);
    return { receipt: { ...honest.receipt, ...changes }, output: output ?? honest.output };
  };

  test.each<readonly [string, Payload]>([
    ["with requests out of order", payload([2, ok(1)], [0, ok(1)])],
    ["with a request twice", payload([0, ok(1)], [0, ok(1)])],
    ["with a request that the batch does not have", payload([3, ok(1)])],
    ["with too few executions", payload([1, ok(1)])],
    ["with too many executions", payload([0, ok(1), ok(2)])],
    ["with no executions", payload([0])],
    ["with an output that is not the receipt's", payload([0, forged({}, new Uint8Array(10))])],
    ["with an output of another length", payload([0, forged({ outputSize: 11n })])],
    ["with a short output digest", payload([0, forged({ outputDigest: new Uint8Array(31) })])],
    ["with an empty output that is said to be OK", payload([0, forged({ outputSize: 0n }, EMPTY)])],
    ["with a status of nothing", payload([0, failed(ReceiptStatus.UNSPECIFIED)])],
    ["with a status that does not exist", payload([0, failed(99 as Receipt["status"])])],
    [
      "with a failure that has an output",
      payload([0, forged({ status: ReceiptStatus.EXCEPTION })]),
    ],
  ])("%s", (_, bad) => {
    expect(payloadLeaves(bad, SHAPE)).toBeUndefined();
  });
});

describe("leaves of this node's own work", () => {
  const finish = (executions: ReadonlyArray<readonly Execution[]>): FinishedBatch => {
    const leaves = executions.map((list) => leafOf(...list));
    const bytes = { batchRoot: EMPTY, abstentions: EMPTY, salt: EMPTY };
    return { batchId: 1n, leaves, executions, ...bytes };
  };
  const shape = { ...SHAPE, executionCounts: [1, 2] };

  test("are known for the payload of the whole batch, in the shape they were computed for", () => {
    const finished = finish([[ok(1)], [ok(2), ok(3)]]);
    rememberLeaves(finished, shape);
    const payload = wholePayload(finished);
    expect(wholePayload(finished)).toBe(payload);
    expect(payloadLeaves(payload, shape)).toEqual(finished.leaves);
    expect(payloadLeaves(payload, { ...shape, executionCounts: [1, 1] })).toBeUndefined();
    expect(payloadLeaves(payload, { ...shape, escalated: true })).toBeUndefined();
    expect(payloadLeaves(payload, { ...shape, inlineOutputBytes: 5n })).toBeUndefined();
  });

  test("are computed for what was restored, and for the same bytes from elsewhere", () => {
    const bad = { ...ok(1), output: new Uint8Array(10).fill(9) };
    const finished = finish([[bad], [ok(2), ok(3)]]);
    expect(payloadLeaves(wholePayload(finished), shape)).toBeUndefined();
    rememberLeaves(finish([[bad], [ok(2), ok(3)]]), shape);
    expect(payloadLeaves(payload([0, bad], [1, ok(2), ok(3)]), shape)).toBeUndefined();
  });
});
