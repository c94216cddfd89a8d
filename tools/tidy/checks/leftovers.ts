import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

const COMMENTED = /\.(?:ts|js|mjs|md|sh|py|go|proto)$/;

// The words are built here so that this file has none of them.
const [FIX, LATER] = ["FIX" + "ME", "TO" + "DO"];
const LEFTOVER = new RegExp(`\\b(${FIX}|${LATER})\\b(\\(#\\d+\\))?`, "g");

/** What must be repaired may not be merged, and what is left for later names its issue. */
export function checkLeftovers(tree: Tree): Offence[] {
  return linesWith(tree, LEFTOVER, ([, word, issue]) => {
    if (word === LATER && issue !== undefined) return undefined;
    return word === FIX
      ? `${FIX} cannot be merged: repair it`
      : `${LATER} without an issue: write ${LATER}(#number) or do it`;
  });
}

/** Folders under which only one machine has its files. */
const MACHINE_PATH = /(?<![\w.~$}*-])\/(?:(?:home|Users)\/[\w.-]+\/|(?:root|work|mnt)\/)[\w.-]+/g;

/** Paths of somebody's machine mean nothing to anybody else. */
export function checkMachinePaths(tree: Tree): Offence[] {
  return linesWith(
    tree,
    MACHINE_PATH,
    ([path]) => `${path} is a path of one machine: say it relative to the repository or the home`,
  );
}

function linesWith(
  tree: Tree,
  pattern: RegExp,
  describe: (match: RegExpExecArray) => string | undefined,
): Offence[] {
  return tree.paths
    .filter((path) => (COMMENTED.test(path) || !path.includes(".")) && !isGenerated(path))
    .flatMap((file) =>
      tree.lines(file).flatMap((text, index) =>
        [...text.matchAll(pattern)].flatMap((match): Offence[] => {
          const problem = describe(match);
          return problem === undefined ? [] : [{ file, line: index + 1, problem }];
        }),
      ),
    );
}

function isGenerated(path: string): boolean {
  return path.includes("/generated/");
}

/** Lines of a file of TypeScript, comments and blank lines included. */
const LINES_MAX = 500;

/** Long files are several files. */
export function checkFileSizes(tree: Tree): Offence[] {
  return tree.sources.flatMap((file): Offence[] => {
    const lines = tree.lines(file).length - 1;
    if (lines <= LINES_MAX) return [];
    const problem = `${lines} lines: split it, the most is ${LINES_MAX}`;
    return [{ file, line: LINES_MAX + 1, problem }];
  });
}
