import { realpathSync } from "node:fs";
import { type BuildOptions, type BuildResult, buildSync } from "esbuild";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { LIBRARY_PREFIX } from "#sandbox/quickjs/realmFiles.js";
import { cannotBundle } from "../errors.js";
import { findForbiddenImport } from "./forbiddenImport.js";
import { type Problem, problemsOf } from "./problems.js";

/**
 * Everything that decides the bytes stands here and in the sources: no configuration file is read,
 * and comments in the bundle name files by their path within the folder.
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
  tsconfigRaw: "{}",
  logLevel: "silent",
  external: [`${LIBRARY_PREFIX}*`],
} as const satisfies BuildOptions;

/** Whether a file is made JavaScript before it is an artifact; other code is taken as it stands. */
export function isTypeScript(file: string): boolean {
  return /\.m?ts$/.test(file);
}

/**
 * A file of TypeScript with all that it imports from its folder as one module of JavaScript, in
 * UTF-8; types are dropped, not checked. Equal sources give equal bytes. Fails with `author/18`, with
 * file, line and column, for what cannot be resolved or is not for the sandbox.
 */
export function bundleCode(folder: string, file: string): Uint8Array {
  const root = realpathSync(folder);
  const { outputFiles, metafile } = build(root, file);
  const forbidden = findForbiddenImport(root, metafile);
  if (forbidden !== undefined) throw cannotBundle({ ...forbidden });
  const [output] = outputFiles;
  return utf8(assertDefined(output, "one entry gives one file").text);
}

type Bundle = BuildResult<typeof OPTIONS>;

function build(root: string, file: string): Bundle {
  try {
    return buildSync({ ...OPTIONS, absWorkingDir: root, entryPoints: [`./${file}`] });
  } catch (error) {
    const [first, ...others] = problemsOf(error, file);
    if (first === undefined) throw error;
    throw cannotBundle({ ...first, problem: withOthers(first, others.length) });
  }
}

function withOthers({ problem }: Problem, count: number): string {
  return count === 0 ? problem : `${problem} (and ${count} more)`;
}
