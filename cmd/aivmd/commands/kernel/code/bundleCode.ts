import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import type * as esbuild from "esbuild";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { LIBRARY_PREFIX } from "#sandbox/quickjs/realmFiles.js";
import { cannotBundle } from "../errors.js";
import { findDynamicImport, findForbiddenImport } from "./forbiddenImport.js";
import { type Problem, problemsOf } from "./problems.js";

/**
 * Everything that decides the bytes stands here and in the sources: no `tsconfig.json` is read, and
 * comments in the bundle name files by their path within the folder.
 */
const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  platform: "neutral",
  target: "es2023",
  charset: "utf8",
  legalComments: "inline",
  // What packages around the folder say of side effects is not for its files.
  ignoreAnnotations: true,
  tsconfigRaw: "{}",
  logLevel: "silent",
  external: [`${LIBRARY_PREFIX}*`],
} as const satisfies esbuild.BuildOptions;

type Bundle = esbuild.BuildResult<typeof OPTIONS>;

/** Whether a file is made JavaScript before it is an artifact; other code is taken as it stands. */
export function isTypeScript(file: string): boolean {
  return /\.m?ts$/.test(file);
}

/**
 * A file of TypeScript with all that it imports from its folder as one module of JavaScript, in
 * UTF-8; types are dropped, not checked. Equal sources give equal bytes, but that a file without
 * any import and export is CommonJS where the `package.json` nearest to it says so. Fails with
 * `author/18`, with file, line and column, for what cannot be resolved or is not for the sandbox.
 */
export function bundleCode(folder: string, file: string): Uint8Array {
  const root = realpathSync(folder);
  const bundle = build(root, file);
  const text = textOf(bundle);
  const forbidden =
    findForbiddenImport(root, bundle.metafile) ??
    (isDynamic(root, file, text) ? findDynamicImport(root, bundle.metafile) : undefined);
  if (forbidden !== undefined) throw cannotBundle({ ...forbidden });
  return utf8(text);
}

/**
 * An import of a computed name is what the bundler writes in another way when told that there is
 * none.
 */
function isDynamic(root: string, file: string, text: string): boolean {
  return textOf(build(root, file, { "dynamic-import": false })) !== text;
}

function textOf({ outputFiles }: Bundle): string {
  return assertDefined(outputFiles[0], "one entry gives one file").text;
}

function build(root: string, file: string, supported: Record<string, boolean> = {}): Bundle {
  const entry = { absWorkingDir: root, entryPoints: [`./${file}`] };
  try {
    return bundler().buildSync({ ...OPTIONS, ...entry, supported });
  } catch (error) {
    const [first, ...others] = problemsOf(error, file);
    if (first === undefined) throw error;
    throw cannotBundle({ ...first, problem: withOthers(first, others.length) });
  }
}

/** Loaded when it is needed: most commands would wait for it in vain. */
function bundler(): typeof esbuild {
  return createRequire(import.meta.url)("esbuild") as typeof esbuild;
}

function withOthers({ problem }: Problem, count: number): string {
  return count === 0 ? problem : `${problem} (and ${count} more)`;
}
