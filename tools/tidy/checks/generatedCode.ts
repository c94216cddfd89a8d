import { digestSources, RECORDED_DIGEST } from "../../codegen/sourceDigest.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** The generated code was made from the protos and the generator as they are. */
export function checkGeneratedCode(tree: Tree): Offence[] {
  const digest = digestSources(tree.paths, (path) => tree.text(path));
  if (tree.text(RECORDED_DIGEST).trim() === digest) return [];
  const problem = "protos or generator changed since it was generated: run `make proto`";
  return [{ file: RECORDED_DIGEST, line: 1, problem }];
}
