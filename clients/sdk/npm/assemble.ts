import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Where {@link assemblePackage} failed; the compiler's words. */
export class AssemblyError extends Error {}

/**
 * Makes the package that is published to npm in an empty folder: the SDK with the parts of the
 * project that it imports, compiled, each file in its place so that the `#` aliases of
 * `package.json` lead to it.
 */
export function assemblePackage(folder: string): void {
  compile(folder);
  copyFileSync(join(ROOT, "clients/sdk/npm/package.json"), join(folder, "package.json"));
  copyFileSync(join(ROOT, "clients/sdk/README.md"), join(folder, "README.md"));
}

function compile(outDir: string): void {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const program = ts.createProgram(sources(), {
    ...options,
    outDir,
    declaration: true,
    sourceMap: false,
  });
  const { diagnostics } = program.emit();
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length === 0) return;
  const host: ts.FormatDiagnosticsHost = {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => "\n",
  };
  throw new AssemblyError(ts.formatDiagnostics(problems, host));
}

/** The SDK, the messages that applications may import, and the platform that tsc does not resolve. */
function sources(): string[] {
  const filesOf = (folder: string, exclude: readonly string[]): string[] =>
    ts.sys.readDirectory(join(ROOT, folder), [".ts"], exclude);
  return [
    join(ROOT, "clients/sdk/index.ts"),
    ...filesOf("core/codec/generated", ["**/descriptors.ts"]),
    ...filesOf("core/crypto/browser", []),
  ];
}
