import { type ConstantFact, errorsOf, prefixesOf, storesOf } from "../moduleFacts.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

type Named = Pick<ConstantFact, "file" | "line" | "value">;

/** Prefixes of a store, names of stores and codespaces are given once; codes once in each. */
export function checkUniqueNames(tree: Tree): Offence[] {
  const prefixes = tree.modules.flatMap((module) => {
    const all = prefixesOf(tree, module);
    const groups = [...new Set(all.map(({ group }) => group))];
    return groups.flatMap((group) =>
      repeated(
        all.filter((one) => one.group === group),
        "store prefix",
      ),
    );
  });
  const stores = tree.modules.flatMap((module) => storesOf(tree, module));
  const errors = tree.modules.flatMap((module) => errorsOf(tree, module));
  const codes = errors.map((one) => ({ ...one, value: `${one.codespace}/${one.code}` }));
  return [
    ...prefixes,
    ...repeated(stores, "store name"),
    ...repeated(codes, "error code"),
    ...sharedCodespaces(tree),
  ];
}

function repeated(all: readonly Named[], what: string): Offence[] {
  const first = new Map<string, Named>();
  return all.flatMap((one): Offence[] => {
    const before = first.get(one.value);
    first.set(one.value, before ?? one);
    if (before === undefined) return [];
    const taken = `${before.file}:${before.line}`;
    const problem = `${what} ${one.value} is that of ${taken}: choose another`;
    return [{ file: one.file, line: one.line, problem }];
  });
}

function sharedCodespaces(tree: Tree): Offence[] {
  const spaces = tree.modules.flatMap((module) => {
    const errors = errorsOf(tree, module);
    const names = [...new Set(errors.map(({ codespace }) => codespace))];
    return names.flatMap((value) => {
      const one = errors.find(({ codespace }) => codespace === value);
      return one === undefined ? [] : [{ file: one.file, line: one.line, value }];
    });
  });
  return repeated(spaces, "codespace");
}
