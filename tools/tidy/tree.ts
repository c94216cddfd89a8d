import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Folders of which nothing is the project's own text. */
const SKIPPED = new Set([".git", ".localnet", "__pycache__", "coverage", "dist", "node_modules"]);

/** What is text; everything else is known by its path alone. */
const TEXT =
  /(?:^|\/)(?:Makefile|run|LICENSE|\.[a-z]+rc|[^/]+\.(?:tsx?|js|mjs|json|html|css|md|sh|py|go|mod|proto|sha256|toml|ya?ml|Aivmfile))$|Aivmfile$/;

/** The files of a repository by their paths from its root. */
export class Tree {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #lines = new Map<string, readonly string[]>();

  /** Paths with `/`; files that are not text have the empty string. */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** All paths, ascending. */
  get paths(): readonly string[] {
    return [...this.#texts.keys()].toSorted();
  }

  has(path: string): boolean {
    return this.#texts.has(path);
  }

  /** Whether a path is a file or a folder with files. */
  exists(path: string): boolean {
    return path === "." || this.has(path) || this.paths.some((one) => one.startsWith(`${path}/`));
  }

  /** The text of a file; empty for one that is not there. */
  text(path: string): string {
    return this.#texts.get(path) ?? "";
  }

  lines(path: string): readonly string[] {
    const known = this.#lines.get(path);
    if (known !== undefined) return known;
    const lines = this.text(path).split("\n");
    this.#lines.set(path, lines);
    return lines;
  }

  /** Line, from 1, of a position in a file. */
  lineAt(path: string, position: number): number {
    return this.text(path).slice(0, position).split("\n").length;
  }

  /** TypeScript that people write. */
  get sources(): readonly string[] {
    return this.paths.filter((path) => /\.tsx?$/.test(path) && !path.includes("/generated/"));
  }

  /** Documents in Markdown. */
  get documents(): readonly string[] {
    return this.paths.filter((path) => path.endsWith(".md"));
  }

  /** Names of the modules. */
  get modules(): readonly string[] {
    const names = this.paths.map((path) => /^modules\/([a-z]+)\//.exec(path)?.[1]);
    return [...new Set(names.filter((name) => name !== undefined))];
  }
}

/** Reads the tree under a folder, without what is built, installed or kept by tools. */
export function readTree(root: string): Tree {
  const texts = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(path);
      } else if (entry.isFile()) {
        texts.set(path, TEXT.test(path) ? readFileSync(join(root, path), "utf8") : "");
      }
    }
  };
  visit(".");
  return new Tree(texts);
}
