import { expect, test } from "vitest";
import { RequestStatus, RequestStatusNames } from "./generated/aivm/inference/v1.js";
import { shortName } from "./shortName.js";

test("an enum's names lose the prefix that the first has, and values without a name stay numbers", () => {
  expect(shortName(RequestStatusNames, RequestStatus.KERNEL_FAILED)).toBe("KERNEL_FAILED");
  expect(shortName(RequestStatusNames, 0)).toBe("UNSPECIFIED");
  expect(shortName(RequestStatusNames, 999)).toBe("999");
  expect(shortName([], 1)).toBe("1");
});
