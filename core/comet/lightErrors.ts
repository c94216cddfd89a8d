import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "light";

/** The header is of another chain. */
export const wrongChain = defineError(CODESPACE, { code: 2, summary: "header of another chain" });

/** A part is missing or of the wrong size or range; `problem` says which. */
export const malformedBlock = defineError(CODESPACE, {
  code: 3,
  summary: "light block is malformed",
});

/** The commit is for another block than the header's. */
export const headerHashMismatch = defineError(CODESPACE, {
  code: 4,
  summary: "commit signs another header",
});

/** The validators given with a header are not those that it names. */
export const validatorsMismatch = defineError(CODESPACE, {
  code: 5,
  summary: "validators do not hash to the validators hash of the header",
});

/** The trusted header is older than the trusting period: its validators can no longer be punished. */
export const trustExpired = defineError(CODESPACE, {
  code: 6,
  summary: "trusted header has expired",
});

/** The new header is not above the trusted one. */
export const heightNotAbove = defineError(CODESPACE, {
  code: 7,
  summary: "height is not above the trusted height",
});

/** The new header's time is not after the trusted one's. */
export const timeNotMonotone = defineError(CODESPACE, {
  code: 8,
  summary: "time is not after the trusted time",
});

/** The new header's time is ahead of the clock by the drift or more. */
export const fromTheFuture = defineError(CODESPACE, {
  code: 9,
  summary: "header is from the future",
});

/** Too little power of the trusted validators has signed: go there by heights in between. */
export const notEnoughTrustedPower = defineError(CODESPACE, {
  code: 10,
  summary: "not enough trusted voting power has signed",
});

/** Two thirds or less of the header's own validators have signed. */
export const notEnoughPower = defineError(CODESPACE, {
  code: 11,
  summary: "not enough voting power has signed",
});

/** The signature at `index` of the commit does not verify. */
export const badSignature = defineError(CODESPACE, {
  code: 12,
  summary: "signature of the commit is wrong",
});

/** The signature at `index` of the commit names another validator than the set has there. */
export const wrongSigner = defineError(CODESPACE, {
  code: 13,
  summary: "signature of the commit is by another validator",
});

/** One validator has two signatures in the commit, at `first` and `second`. */
export const doubleVote = defineError(CODESPACE, {
  code: 14,
  summary: "validator has signed the commit twice",
});

/** The validators of the next height are not those that the trusted header announced. */
export const nextValidatorsMismatch = defineError(CODESPACE, {
  code: 15,
  summary: "validators are not those that the trusted header announced",
});

/** Adjacent verification was asked for other heights, or the other way round. */
export const wrongStep = defineError(CODESPACE, {
  code: 16,
  summary: "heights do not fit the kind of verification",
});

/** The trust level is not within 1/3 and 1. */
export const invalidTrustLevel = defineError(CODESPACE, {
  code: 17,
  summary: "trust level is not within 1/3 and 1",
});

/** The header is not the first one that the genesis file calls for; `problem` says why. */
export const notInitialHeader = defineError(CODESPACE, {
  code: 18,
  summary: "header is not the first of this genesis",
});
