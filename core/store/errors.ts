import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "store";

/** The database holds the state of another chain than the one this node is started for. */
export const wrongChain = defineError(CODESPACE, {
  code: 2,
  summary: "the database belongs to another chain",
});

/** The database was written by a program whose state format this one does not know. */
export const unknownFormat = defineError(CODESPACE, {
  code: 3,
  summary: "unknown state format",
});

/** Another process is writing to the database. */
export const databaseLocked = defineError(CODESPACE, {
  code: 4,
  summary: "the database is locked by another process",
});

/** The file is missing, is no SQLite database, or holds something else than state. */
export const notStateDatabase = defineError(CODESPACE, {
  code: 5,
  summary: "not a state database",
});

/** A store exists in the database with another kind than the program declares. */
export const storeKindChanged = defineError(CODESPACE, {
  code: 6,
  summary: "a store changed its kind",
});

/** A version was pruned or taken back while it was being read. */
export const versionGone = defineError(CODESPACE, {
  code: 7,
  summary: "the version is no longer kept",
});

/** The last version cannot be taken back, because none before it is kept. */
export const noEarlierVersion = defineError(CODESPACE, {
  code: 8,
  summary: "no version before the last one is kept",
});

/** A snapshot that another node made breaks the format, or is not of the state it should be. */
export const invalidSnapshot = defineError(CODESPACE, {
  code: 9,
  summary: "not a valid snapshot",
  sentence: ({ problem = "" }) => `not a valid snapshot: ${problem}`,
});

/** A snapshot is restored into an empty state only. */
export const stateNotEmpty = defineError(CODESPACE, {
  code: 10,
  summary: "the state is not empty",
  sentence: ({ version = "" }) =>
    `the state is at version ${version}; a snapshot is restored into an empty state only`,
});
