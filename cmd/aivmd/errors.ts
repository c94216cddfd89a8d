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

/** A running node came to an end that nobody asked for. */
export const nodeEnded = defineError(CODESPACE, {
  code: 4,
  summary: "the node ended",
  sentence: ({ reason = "" }) => `the node ended: ${reason}`,
});

/** The state in the home is of another chain than its genesis file. */
export const otherChain = defineError(CODESPACE, {
  code: 5,
  summary: "the state is of another chain",
  sentence: ({ folder = "", found = "", expected = "", genesis = "" }) =>
    `${folder} holds the state of the chain ${found}, but ${genesis} is of ${expected}; put the genesis file of ${found} back, or choose another --home`,
});

/** A file that is to be imported holds no exported key. */
export const badKeyFile = defineError(CODESPACE, {
  code: 6,
  summary: "not an exported key",
  sentence: ({ path = "" }) => `${path}: is not a key that \`aivmd keys export\` printed`,
});

/** Two entries that have to be equal are not. */
export const notRepeated = defineError(CODESPACE, {
  code: 7,
  summary: "the two entries differ; nothing was done",
});

/** Checks of this machine found something that has to be done. */
export const checksFailed = defineError(CODESPACE, {
  code: 8,
  summary: "checks failed",
  sentence: ({ failed = 0 }) => `${failed} check(s) failed; do as they say`,
});
