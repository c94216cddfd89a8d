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

/** The program of the nodes is not there. */
export const notBuilt = defineError(CODESPACE, {
  code: 4,
  summary: "the program is not built",
  sentence: ({ path = "" }) => `${path} does not exist; run \`make build\``,
});

/** A node of the network ended by itself. */
export const nodeEnded = defineError(CODESPACE, {
  code: 5,
  summary: "a node ended",
  sentence: ({ node = "", log = "" }) => `${node} ended; its last words: ${log}`,
});

/** The network does not make blocks, or makes them far too slowly. */
export const noBlocks = defineError(CODESPACE, {
  code: 6,
  summary: "the network makes no blocks",
  sentence: ({ seconds = "", height = "", heights = "" }) =>
    `after ${seconds} s the nodes are at ${heights}, not all at height ${height}`,
});

/** The local network that is there has another number of validators. */
export const localnetDiffers = defineError(CODESPACE, {
  code: 7,
  summary: "the local network has another number of validators",
  sentence: ({ found = "", validators = "" }) =>
    `the local network has ${found} validators, not ${validators}; run \`make localnet VALIDATORS=${found}\`, or \`make localnet-reset\` first to delete it`,
});

/** Nodes of the local network run without whom had started them. */
export const localnetOrphans = defineError(CODESPACE, {
  code: 8,
  summary: "nodes of the local network still run",
  sentence: ({ nodes = "" }) =>
    `${nodes} nodes of the local network still run, although what had started them is gone; run \`make localnet-down\``,
});
