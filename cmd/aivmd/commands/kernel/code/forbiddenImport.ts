import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { LIBRARY_PREFIX } from "#sandbox/quickjs/realmFiles.js";
import { importFix, type Problem } from "./problems.js";

type ImportedInput = Metafile["inputs"][string]["imports"][number];
type Place = Pick<Problem, "file" | "line" | "column">;

const DYNAMIC_FIX = "import it at the top of the file: all code of a kernel is one module";

/**
 * The first import that a bundle should not have: a dynamic one of a name that stands there, or one
 * of a file outside of the kernel's folder, which whoever builds a kernel of somebody else must not
 * hand over.
 */
export function findForbiddenImport(root: string, { inputs }: Metafile): Problem | undefined {
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const one of imports) {
      const found = judge(one);
      if (found !== undefined) return { ...placeOfImport(root, file, one), ...found };
    }
  }
  return undefined;
}

function judge({ path, kind, original }: ImportedInput): Omit<Problem, keyof Place> | undefined {
  const specifier = original ?? path;
  if (kind === "dynamic-import") {
    return { problem: `import("${specifier}") is dynamic`, fix: DYNAMIC_FIX };
  }
  if (path.startsWith(LIBRARY_PREFIX)) return undefined;
  if (!path.startsWith("..") && !/^[/\\]/.test(path)) return undefined;
  return { problem: `${specifier} is outside of the kernel's folder`, fix: importFix(specifier) };
}

/** Where `import(` first stands in a bundle that is known to import a computed name. */
export function findDynamicImport(root: string, { inputs }: Metafile): Problem {
  const found = { problem: "import() of a computed name is dynamic", fix: DYNAMIC_FIX };
  const files = Object.keys(inputs);
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    const at = text.search(/\bimport\s*\(/);
    if (at >= 0) return { file, ...placeAt(text, at), ...found };
  }
  return { file: files[0] ?? "", line: 1, column: 1, ...found };
}

/** Where the specifier first stands in the file. */
function placeOfImport(
  root: string,
  file: string,
  { path, original = path }: ImportedInput,
): Place {
  const text = readFileSync(join(root, file), "utf8");
  const places = ['"', "'", "`"].map((quote) => text.indexOf(`${quote}${original}${quote}`));
  const at = Math.min(...places.filter((place) => place >= 0), text.length);
  return { file, ...placeAt(text, at) };
}

function placeAt(text: string, at: number): Pick<Place, "line" | "column"> {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
