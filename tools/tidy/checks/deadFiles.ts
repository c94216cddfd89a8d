import { posix } from "node:path";
import type { ImportGraph } from "../imports.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** Tools find these by their names. */
const ENTRY =
  /(?:\.test\.ts|\.bench\.ts|^vitest[^/]*\.config\.ts|(?:^|\/)vite\.config\.ts|^eslint\.config\.js)$/;

/** Files that start programs. */
const STARTS_PROGRAMS = /(?:^|\/)(?:Makefile|package\.json|run|[^/]+\.(?:sh|md|py|ya?ml|html))$/;

/** A path in quotes or in a command: of a program to start or of a file to load. */
const MENTIONED = /(?:[\w@.-]+\/|\.{1,2}\/)*[\w.-]+\.(?:tsx?|js|mjs)\b/g;

/** TypeScript that nothing imports, starts or loads, or that only its own test imports. */
export function checkDeadFiles(tree: Tree, graph: ImportGraph): Offence[] {
  const users = usersByFile(tree, graph);
  return tree.sources.flatMap((file): Offence[] => {
    if (ENTRY.test(file)) return [];
    const by = [...(users.get(file) ?? [])];
    const ownTest = file.replace(/\.ts$/, ".test.ts");
    if (by.some((user) => user !== ownTest)) return [];
    const problem =
      by.length === 0
        ? "nothing imports or starts this file: use it or delete it"
        : "only its own test imports this file: use it or delete both";
    return [{ file, line: 1, problem }];
  });
}

function usersByFile(tree: Tree, graph: ImportGraph): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  const add = (file: string, user: string): void => {
    if (file === user) return;
    const known = users.get(file);
    if (known === undefined) users.set(file, new Set([user]));
    else known.add(user);
  };
  for (const file of graph.files) {
    for (const { to } of graph.edgesFrom(file)) add(to, file);
  }
  for (const file of tree.paths) {
    const isSource = graph.files.includes(file);
    if (!isSource && !STARTS_PROGRAMS.test(file)) continue;
    for (const [path] of tree.text(file).matchAll(MENTIONED)) {
      for (const found of mentioned(tree, file, path)) add(found, file);
    }
  }
  return users;
}

/** Files that a mention may mean: beside the file or from the root, built or as source. */
function mentioned(tree: Tree, from: string, path: string): string[] {
  const beside = posix.join(posix.dirname(from), path);
  const fromRoot = posix.normalize(path).replace(/^dist\//, "");
  return [beside, fromRoot]
    .flatMap((one) => [one, one.replace(/\.m?js$/, ".ts")])
    .filter((one) => tree.has(one));
}
