import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "reward";

/** Parameters that cannot work; `field` names the one at fault. */
export const invalidParams = defineError(CODESPACE, {
  code: 2,
  summary: "reward parameters are invalid",
});

/** The reward section of a genesis file contradicts itself or the balances; `at` names the path. */
export const invalidGenesis = defineError(CODESPACE, {
  code: 3,
  summary: "reward genesis is invalid",
});
