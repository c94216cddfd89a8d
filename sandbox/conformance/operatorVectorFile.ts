import { readFileSync } from "node:fs";
import type { OperatorVector } from "./operatorVector.js";

/** Vectors for every operator of the profile, one in a line; written by `tools/operators`. */
export const OPERATOR_VECTOR_FILE = new URL("operatorVectors.jsonl", import.meta.url);

/** Reads all vectors. Not for nodes: the file is part of the source tree, not of a build. */
export function readOperatorVectors(): readonly OperatorVector[] {
  const lines = readFileSync(OPERATOR_VECTOR_FILE, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as OperatorVector);
}
