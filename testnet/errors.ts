import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "testnet";

/** A network cannot have so many validators. */
export const badValidatorCount = defineError(CODESPACE, {
  code: 2,
  summary: "a test network has 1 to 10 validators",
});

/** The folder of a network holds something already. */
export const folderNotEmpty = defineError(CODESPACE, {
  code: 3,
  summary: "the folder is not empty",
  sentence: ({ folder = "" }) =>
    `${folder} is not empty; name another folder, or delete it if nothing in it is needed`,
});
