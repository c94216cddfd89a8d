import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "tx";

/** Whoever was asked did not say yes; nothing was sent. */
export const declined = defineError(CODESPACE, {
  code: 2,
  summary: "not sent, as you wished",
});
