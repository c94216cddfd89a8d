import { readFileSync } from "node:fs";
import type { NetworkVector } from "./networkVector.js";

/** Whole networks with inputs, one in a line; written by `tools/networks`. */
export const NETWORK_VECTOR_FILE = new URL("networks/networks.jsonl", import.meta.url);

/** Reads all of them. Not for nodes: the file is part of the source tree, not of a build. */
export function readNetworkVectors(): readonly NetworkVector[] {
  const lines = readFileSync(NETWORK_VECTOR_FILE, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as NetworkVector);
}
