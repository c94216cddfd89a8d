import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "genesisfile";

/** A part of a genesis file outside `app_state` is missing or malformed; `at` names it. */
export const invalidGenesisFile = defineError(CODESPACE, {
  code: 2,
  summary: "genesis file is invalid",
  sentence: ({ at = "", problem = "" }) => `genesis file: ${at}: ${problem}`,
});

/** The account that is to be added has a balance already. */
export const accountExists = defineError(CODESPACE, {
  code: 3,
  summary: "the account is in the genesis file already",
});

/** A chain id that is not one. */
export const badChainId = defineError(CODESPACE, {
  code: 4,
  summary:
    "a chain id is letters, digits and dashes, at most 50 characters, and ends in a revision such as -1",
});

/** A genesis transaction that cannot be collected; `file` names it. */
export const badGenesisTx = defineError(CODESPACE, {
  code: 5,
  summary: "genesis transaction cannot be collected",
});

/** There is no state yet. */
export const nothingToExport = defineError(CODESPACE, {
  code: 6,
  summary: "no block is committed yet: there is no state to export",
});

/** Commitments and seeds of open work hold under the id of their chain alone. */
export const openWork = defineError(CODESPACE, {
  code: 7,
  summary: "work is under way",
  sentence: ({ found = "", chainId = "" }) =>
    `${found}, and what validators committed to holds under the id ${chainId} alone; export under that id, or when all work is done`,
});
