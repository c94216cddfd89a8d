import { formatOffence, type Offence } from "./offence.js";
import { Tree } from "./tree.js";

/** A tree of a few files, for tests of the checks. */
export function treeOf(texts: Readonly<Record<string, string>>): Tree {
  return new Tree(new Map(Object.entries(texts)));
}

/** Offences as they are printed. */
export function printed(offences: readonly Offence[]): string[] {
  return offences.map(formatOffence);
}
