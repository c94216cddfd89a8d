/**
 * Flags of Node with which a node runs: those in the first line of `cmd/aivmd/main.ts`. What a block
 * allocates then dies young: with the default of 16 MiB it is promoted, and the first scavenge after
 * every mark-compact, which waits for the sweep, stops consensus for some tenths of a second.
 */
export const NODE_FLAGS: readonly string[] = ["--max-semi-space-size=128"];
