import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** Folder of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** The sources of the SDK as the compiler sees them, with a source that is in no file. */
export interface SdkProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** `clients/sdk/index.ts`. */
  readonly index: ts.SourceFile;
}

/** A source that is compiled as if it stood at a path of the repository. */
export interface VirtualSource {
  readonly path: string;
  readonly text: string;
}

/** Examples need not use everything that they may. */
const UNUSED = { noUnusedLocals: false, noUnusedParameters: false };

/** Reads the SDK by the settings of the repository; with `extra`, that source too. */
export function readSdk(extra?: VirtualSource): SdkProgram {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const options = { ...parsed.options, noEmit: true, ...UNUSED };
  const indexPath = join(ROOT, "clients/sdk/index.ts");
  const extraPath = extra === undefined ? undefined : join(ROOT, extra.path);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => (path === extraPath ? extra?.text : readFile(path));
  host.fileExists = (path) => path === extraPath || fileExists(path);
  const roots = extraPath === undefined ? [indexPath] : [indexPath, extraPath];
  const program = ts.createProgram(roots, options, host);
  const index = program.getSourceFile(indexPath);
  if (index === undefined) throw new Error(`there is no ${indexPath}`);
  return { program, checker: program.getTypeChecker(), index };
}
