import { saysNone, sectionsOf } from "../markdown.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** Files of every module, with the section of the README that may say that there is nothing. */
const MANDATORY: ReadonlyArray<readonly [file: string, section?: string]> = [
  ["README.md"],
  ["index.ts"],
  ["module.ts"],
  ["types/keys.ts"],
  ["types/errors.ts"],
  ["types/events.ts", "Events"],
  ["types/params.ts", "Params"],
  ["types/genesis.ts"],
  ["types/msgs.ts", "Messages"],
  ["keeper/keeper.ts"],
  ["keeper/msgServer.ts", "Messages"],
  ["keeper/queryServer.ts", "Queries"],
  ["keeper/genesis.ts"],
  ["keeper/invariants.ts", "Invariants"],
];

/** Modules have their files; one may be absent where the README says that there is nothing. */
export function checkModuleFiles(tree: Tree): Offence[] {
  return tree.modules.flatMap((module) => {
    const sections = sectionsOf(tree, `modules/${module}/README.md`);
    return MANDATORY.flatMap(([name, title]): Offence[] => {
      const file = `modules/${module}/${name}`;
      if (tree.has(file)) return [];
      if (saysNone(sections.find((section) => section.title === title))) return [];
      const excuse = title === undefined ? "" : `, or say "None" in the README's section ${title}`;
      return [{ file, line: 1, problem: `every module has this file: write it${excuse}` }];
    });
  });
}

/** Sections of a module's README, in this order. */
const SECTIONS = [
  "Concepts",
  "State",
  "Messages",
  "Block hooks",
  "Events",
  "Errors",
  "Params",
  "Queries",
  "Invariants",
  "Owns / does not own",
];

/** READMEs of modules have the fixed sections in the fixed order, and nothing else. */
export function checkReadmeSections(tree: Tree): Offence[] {
  return tree.modules.flatMap((module) => {
    const file = `modules/${module}/README.md`;
    if (!tree.has(file)) return [];
    const found = sectionsOf(tree, file);
    const wrong = found.find(({ title }, index) => title !== SECTIONS[index]);
    if (wrong !== undefined) {
      const wanted = SECTIONS[found.indexOf(wrong)] ?? "no further section";
      const problem = `section "${wrong.title}" stands where "${wanted}" belongs; put it there`;
      return [{ file, line: wrong.line, problem }];
    }
    const missing = SECTIONS[found.length];
    if (missing === undefined) return [];
    const line = tree.lines(file).length;
    return [{ file, line, problem: `section "${missing}" is missing: write it` }];
  });
}
