import { posix } from "node:path";
import ts from "typescript";
import type { Tree } from "./tree.js";

/** One file's import of another, type-only ones included. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  /** Position of the specifier in the importing file. */
  readonly position: number;
}

type AliasTarget = string | { readonly [condition: string]: AliasTarget };

/** Every import within the tree, by the file that imports. */
export class ImportGraph {
  readonly #edges = new Map<string, readonly ImportEdge[]>();
  readonly #aliases: ReadonlyMap<string, readonly string[]>;
  readonly #tree: Tree;

  constructor(tree: Tree) {
    this.#tree = tree;
    this.#aliases = readAliases(tree.text("package.json"));
    for (const path of tree.paths) {
      if (/\.(?:tsx?|js|mjs)$/.test(path)) this.#edges.set(path, this.#edgesOf(path));
    }
  }

  get files(): readonly string[] {
    return [...this.#edges.keys()];
  }

  edgesFrom(file: string): readonly ImportEdge[] {
    return this.#edges.get(file) ?? [];
  }

  /** Files that a specifier leads to: several for an alias with conditions, none outside. */
  resolve(from: string, specifier: string): string[] {
    return this.#candidates(from, specifier).flatMap((path) => {
      const found = [path, ...sourcesOf(path)].find((one) => this.#tree.has(one));
      return found === undefined ? [] : [found];
    });
  }

  #candidates(from: string, specifier: string): readonly string[] {
    if (specifier.startsWith(".")) return [posix.join(posix.dirname(from), specifier)];
    const match = /^#([a-z]+)\/(.*)$/.exec(specifier);
    if (match === null) return [];
    const [, alias = "", rest = ""] = match;
    return (this.#aliases.get(alias) ?? []).map((folder) => posix.join(folder, rest));
  }

  #edgesOf(from: string): ImportEdge[] {
    const { importedFiles } = ts.preProcessFile(this.#tree.text(from), true, true);
    return importedFiles.flatMap(({ fileName, pos }) =>
      this.resolve(from, fileName).map((to) => ({ from, to, position: pos })),
    );
  }
}

/** Sources that a compiled file may come from. */
function sourcesOf(path: string): string[] {
  return path.endsWith(".js") ? [path.replace(/js$/, "ts"), path.replace(/js$/, "tsx")] : [];
}

/** Folders of each `#alias/*.js` of a package.json, by what sources are found under. */
function readAliases(json: string): Map<string, readonly string[]> {
  const { imports = {} } = JSON.parse(json === "" ? "{}" : json) as {
    imports?: Readonly<Record<string, AliasTarget>>;
  };
  return new Map(
    Object.entries(imports).map(([pattern, target]) => {
      const sources = leaves(target).filter((path) => path.endsWith("/*.ts"));
      const folders = sources.map((path) => posix.normalize(path.replace(/\*\.ts$/, "")));
      return [pattern.replace(/^#|\/\*\.js$/g, ""), folders];
    }),
  );
}

function leaves(target: AliasTarget): string[] {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(leaves);
}
