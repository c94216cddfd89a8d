import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "node";

/** The node is configured to stop at a height that it has reached. */
export const haltHeightReached = defineError(CODESPACE, {
  code: 2,
  summary: "the halt height is reached",
  sentence: ({ height = "", path = "" }) =>
    `the chain is at height ${height}, where halt-height stops this node; raise or clear it in ${path}`,
});
