import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "inference";

export const malformedExtension = defineError(CODESPACE, {
  code: 2,
  summary: "vote extension is malformed",
});
export const malformedInjected = defineError(CODESPACE, {
  code: 3,
  summary: "transaction 0 is malformed",
});
export const unknownRequest = defineError(CODESPACE, {
  code: 4,
  summary: "request does not exist",
});
export const notRunnable = defineError(CODESPACE, {
  code: 5,
  summary: "kernel version cannot be run",
});
export const invalidInputs = defineError(CODESPACE, { code: 6, summary: "inputs are invalid" });
export const tooFewProviders = defineError(CODESPACE, {
  code: 7,
  summary: "too few providers are available",
});
export const queueFull = defineError(CODESPACE, { code: 8, summary: "request queue is full" });
export const priceTooHigh = defineError(CODESPACE, {
  code: 9,
  summary: "price exceeds the maximum given",
});
export const notChallengeable = defineError(CODESPACE, {
  code: 10,
  summary: "result cannot be challenged",
});
export const alreadyChallenged = defineError(CODESPACE, {
  code: 11,
  summary: "result was challenged before",
});
export const notMinorityMember = defineError(CODESPACE, {
  code: 12,
  summary: "challenger holds no seat with a pending penalty",
});
export const invalidParams = defineError(CODESPACE, {
  code: 13,
  summary: "parameters are inconsistent",
});
export const unknownBatch = defineError(CODESPACE, { code: 14, summary: "batch does not exist" });
export const noResult = defineError(CODESPACE, {
  code: 15,
  summary: "request has no result",
});
export const unknownBeacon = defineError(CODESPACE, {
  code: 16,
  summary: "beacon is not kept for this height",
});
export const invalidGenesis = defineError(CODESPACE, {
  code: 17,
  summary: "genesis state is inconsistent",
});

/** The kernel's owner did not name the requester among those who may run it. */
export const accessDenied = defineError(CODESPACE, {
  code: 18,
  summary: "requester may not run the kernel",
});
