import {
  ReceiptStatus,
  ReceiptStatusNames,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { shortName } from "#sdk/index.js";
import { spokenName } from "../../format/short.js";

const UNANSWERED: ReadonlyMap<RequestStatus, string> = new Map([
  [RequestStatus.QUEUED, "There is no answer yet: it is queued."],
  [RequestStatus.COMPARING, "There is no answer yet: members’ answers differ, they compare them."],
  [RequestStatus.ESCALATED, "There is no answer yet: all providers run it again."],
  [
    RequestStatus.NO_AGREEMENT,
    "It ended without an answer: too few members agreed. The author’s fee and the priority fee went back.",
  ],
  [
    RequestStatus.EXPIRED,
    "It ended without an answer: it was never drawn. All but the admission fee went back.",
  ],
  [
    RequestStatus.REVOKED,
    "It ended without an answer: its version was taken down. All but the admission fee went back.",
  ],
]);

/** Why there is no answer to a request, as far as there is none. */
export function unansweredSaid({ status }: Pick<Request, "status">): string {
  return UNANSWERED.get(status) ?? "There is no answer yet.";
}

/** What a kernel failed of, input by input; undefined for one that did not fail. */
export function failureSaid({ status, executions }: Result): string | undefined {
  if (status !== RequestStatus.KERNEL_FAILED) return undefined;
  const failures = executions.flatMap(({ receipt }, index) => {
    if (receipt.status === ReceiptStatus.OK) return [];
    const what = spokenName(shortName(ReceiptStatusNames, receipt.status));
    return [executions.length === 1 ? what : `${what} on input ${index + 1}`];
  });
  return `The kernel failed: ${failures.join(", ")}. Its members agree on that.`;
}
