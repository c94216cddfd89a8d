import { expect, test } from "vitest";
import { type RequestStatus, RequestStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import { isAnswered, isTerminal } from "./request.js";

const having = (holds: (status: RequestStatus) => boolean): string[] =>
  RequestStatusNames.filter(([status]) => holds(status as RequestStatus)).map(([, name]) =>
    name.replace("REQUEST_STATUS_", ""),
  );

test("five states are ends, and two of them answers", () => {
  expect(having(isTerminal)).toEqual([
    "FULFILLED",
    "KERNEL_FAILED",
    "NO_AGREEMENT",
    "EXPIRED",
    "REVOKED",
  ]);
  expect(having(isAnswered)).toEqual(["FULFILLED", "KERNEL_FAILED"]);
});
