import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "snapshots";

/** No snapshot of the height is in the home. */
export const unknownSnapshot = defineError(CODESPACE, {
  code: 2,
  summary: "no such snapshot",
  sentence: ({ height = "", folder = "" }) =>
    `${folder}: no snapshot of height ${height}; \`aivmd snapshots list\` shows those that are there`,
});

/** A snapshot of the height is there already. */
export const snapshotExists = defineError(CODESPACE, {
  code: 3,
  summary: "the snapshot exists already",
  sentence: ({ height = "", folder = "" }) =>
    `${folder}: the snapshot of height ${height} is there already; \`aivmd snapshots delete ${height}\` removes it`,
});

/** The state has no block yet. */
export const nothingCommitted = defineError(CODESPACE, {
  code: 4,
  summary: "the state has no block yet",
  sentence: ({ path = "" }) =>
    `${path}: has no block yet; a snapshot is made of a state with blocks`,
});

/** The state is larger than snapshots of this format can be. */
export const stateTooLarge = defineError(CODESPACE, {
  code: 5,
  summary: "the state is too large for a snapshot",
});
