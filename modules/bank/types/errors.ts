import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "bank";

// Codes below 100 are those of x/bank/types/errors.go of cosmos-sdk v0.50.

/** A multi-send names no sender. */
export const noInputs = defineError(CODESPACE, {
  code: 2,
  summary: "no inputs to send transaction",
});

/** A multi-send names no receiver. */
export const noOutputs = defineError(CODESPACE, {
  code: 3,
  summary: "no outputs to send transaction",
});

/** What a multi-send's sender gives is not what its receivers get. */
export const inputOutputMismatch = defineError(CODESPACE, {
  code: 4,
  summary: "sum inputs != sum outputs",
});

/** People may not send this denomination. */
export const sendDisabled = defineError(CODESPACE, {
  code: 5,
  summary: "send transactions are disabled",
  sentence: ({ denom }) =>
    `${String(denom)} transfers are currently disabled: send transactions are disabled`,
});

/** A multi-send names several senders. */
export const multipleSenders = defineError(CODESPACE, {
  code: 9,
  summary: "multiple senders not allowed",
});

/** The bank section of a genesis file contradicts itself; `at` names the path. */
export const invalidGenesis = defineError(CODESPACE, {
  code: 100,
  summary: "bank genesis is invalid",
});
