/**
 * Flags of Node with which a node runs: those in the first line of `cmd/aivmd/main.ts`. What a block
 * allocates then dies young: with the default of 16 MiB it is promoted, and the collection that
 * follows stops consensus for a tenth of a second every few seconds of load.
 */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=64"];
