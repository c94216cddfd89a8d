import { expect, test } from "vitest";
import {
  Execution,
  ReceiptStatus,
  RequestStatus,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { failureSaid, unansweredSaid } from "./answerSaid.js";

function resultOf(status: RequestStatus, ...receipts: readonly ReceiptStatus[]): Result {
  const executions = receipts.map((one) => {
    const execution = Execution.create({});
    return { ...execution, receipt: { ...execution.receipt, status: one } };
  });
  return Result.create({ status, executions });
}

test.each([
  [RequestStatus.QUEUED, /queued/],
  [RequestStatus.COMMITTING, /^There is no answer yet\.$/],
  [RequestStatus.ESCALATED, /all providers/],
  [RequestStatus.NO_AGREEMENT, /too few members agreed/],
  [RequestStatus.EXPIRED, /never drawn/],
  [RequestStatus.REVOKED, /taken down/],
])("a request of status %i says why it has no answer", (status, said) => {
  expect(unansweredSaid({ status })).toMatch(said);
});

test("a kernel that failed says of what, and on which input where there are several", () => {
  const failed = RequestStatus.KERNEL_FAILED;
  expect(failureSaid(resultOf(failed, ReceiptStatus.OUT_OF_GAS))).toBe(
    "The kernel failed: out of gas. Its members agree on that.",
  );
  expect(failureSaid(resultOf(failed, ReceiptStatus.OK, ReceiptStatus.OUT_OF_GAS))).toBe(
    "The kernel failed: out of gas on input 2. Its members agree on that.",
  );
  expect(failureSaid(resultOf(RequestStatus.FULFILLED, ReceiptStatus.OK))).toBeUndefined();
});
