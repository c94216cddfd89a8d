import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "cli";

/** The command line does not fit the command; ends the program with code 2. */
export const wrongUse = defineError(CODESPACE, {
  code: 2,
  summary: "the command is used wrongly",
  sentence: ({ problem = "" }) => `${problem}`,
});

/** A passphrase, a mnemonic or an answer is needed, and nobody is there to ask. */
export const nothingToRead = defineError(CODESPACE, {
  code: 3,
  summary: "standard input ended early",
  sentence: ({ wanted = "" }) =>
    `standard input ended where ${wanted} was expected; type it, or pipe it in`,
});
