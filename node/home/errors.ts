import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "home";

/** A file of a node's home is missing, unreadable or malformed; the sentence says what to do. */
export const homeFile = defineError(CODESPACE, {
  code: 2,
  summary: "a file of the home cannot be used",
  sentence: ({ path = "", problem = "", advice = "" }) => `${path}: ${problem}; ${advice}`,
});

/** A configuration file has a setting that is unknown or has a value that is not allowed. */
export const badSetting = defineError(CODESPACE, {
  code: 3,
  summary: "a setting cannot be used",
  sentence: ({ path = "", setting = "", problem = "" }) => `${path}: ${setting}: ${problem}`,
});

/** Another process runs on the same home. */
export const homeLocked = defineError(CODESPACE, {
  code: 4,
  summary: "another aivmd uses this home",
  sentence: ({ path = "", holder = "" }) =>
    `${path}: another aivmd (process ${holder}) uses this home; stop it, or choose another --home`,
});

/** A file that is about to be written exists already. */
export const alreadyThere = defineError(CODESPACE, {
  code: 5,
  summary: "the file exists already",
  sentence: ({ path = "", advice = "" }) => `${path}: exists already; ${advice}`,
});
