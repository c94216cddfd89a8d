import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { LIBRARY_PREFIX } from "#sandbox/quickjs/realmFiles.js";
import { importFix, type Problem } from "./problems.js";

type ImportedInput = Metafile["inputs"][string]["imports"][number];

const DYNAMIC_FIX = "import it at the top of the file: all code of a kernel is one module";

/**
 * The first import that a bundle should not have: a dynamic one, or one of a file outside of the
 * kernel's folder, which whoever builds a kernel of somebody else must not hand over.
 */
export function findForbiddenImport(root: string, { inputs }: Metafile): Problem | undefined {
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const one of imports) {
      const found = judge(one);
      if (found !== undefined) return { ...placeOf(root, file, one), ...found };
    }
  }
  return undefined;
}

function judge({
  path,
  kind,
  original,
}: ImportedInput): Pick<Problem, "problem" | "fix"> | undefined {
  const specifier = original ?? path;
  if (kind === "dynamic-import")
    return { problem: `import("${specifier}") is dynamic`, fix: DYNAMIC_FIX };
  if (path.startsWith(LIBRARY_PREFIX)) return undefined;
  if (!path.startsWith("..") && !/^[/\\]/.test(path)) return undefined;
  return { problem: `${specifier} is outside of the kernel's folder`, fix: importFix(specifier) };
}

/** Where the specifier first stands in the file. */
function placeOf(
  root: string,
  file: string,
  { path, original = path }: ImportedInput,
): Pick<Problem, "file" | "line" | "column"> {
  const text = readFileSync(join(root, file), "utf8");
  const places = ['"', "'", "`"].map((quote) => text.indexOf(`${quote}${original}${quote}`));
  const at = Math.min(...places.filter((place) => place >= 0), text.length);
  const before = text.slice(0, at).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
