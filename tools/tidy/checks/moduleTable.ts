import { proseLines, tableRows } from "../markdown.js";
import { errorsOf, storesOf } from "../moduleFacts.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

const FILE = "modules/README.md";

/** The table of modules has a row for each, with its codespaces and stores. */
export function checkModuleTable(tree: Tree): Offence[] {
  const rows = tableRows({ title: FILE, line: 1, body: proseLines(tree, FILE) });
  const named = rows.map(({ cells, line }) => ({
    module: /^\[([a-z]+)\]/.exec(cells[0] ?? "")?.[1] ?? "",
    names: cells.slice(3).map((cell) => namesIn(cell)),
    line,
  }));
  return tree.modules.flatMap((module): Offence[] => {
    const row = named.find((one) => one.module === module);
    if (row === undefined) {
      return [{ file: FILE, line: 1, problem: `module ${module} has no row: add it` }];
    }
    const codespaces = new Set(errorsOf(tree, module).map(({ codespace }) => codespace));
    const stores = new Set(storesOf(tree, module).map(({ value }) => value));
    const wanted = [codespaces, stores].map((names) => [...names].toSorted().join(", "));
    return wanted.flatMap((names, index): Offence[] => {
      if (names === row.names[index]) return [];
      const column = ["codespace", "store"][index] ?? "";
      return [
        { file: FILE, line: row.line, problem: `${column} of ${module} is ${names}: say so` },
      ];
    });
  });
}

function namesIn(cell: string): string {
  const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  return names.toSorted().join(", ");
}
