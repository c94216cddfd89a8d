import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "auth";

/** The auth section of a genesis file contradicts itself; `at` names the path. */
export const invalidGenesis = defineError(CODESPACE, {
  code: 2,
  summary: "auth genesis is invalid",
});
