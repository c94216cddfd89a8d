import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SandboxFault } from "../faults.js";
import { runtimeFile } from "../onnx/runtimeFile.js";
import { quickJsFile } from "../quickjs/quickJsFile.js";

/** Twice V8's default, for which the meter's stack budget is made. */
const STACK_SIZE_KIB = 1_968;
/** Objects of the child itself; models and kernels live in WebAssembly memories. */
const OLD_SPACE_MIB = 256;
/** First Node major whose permission model has lost its experimental prefix. */
const STABLE_PERMISSION_MAJOR = 24;
const STABLE_PERMISSION_VERSION_22 = 13;

/** Folder of this package: the nearest one above this file that has a `package.json`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new SandboxFault("the package's root is not to be found");
    folder = parent;
  }
  return folder;
}

/** What decides the command line of a sandbox process. */
export interface ChildKind {
  readonly artifactFolder: string;
  /** Of the process's Node. */
  readonly version: string;
  /**
   * Folders of the native engine's packages; undefined in a process that may not load native code.
   */
  readonly nativeFolders?: readonly string[] | undefined;
}

/**
 * Command line of a sandbox process: fixed stack and heap, and Node's permission model with
 * nothing but reading of code, engines and artifacts; writing, child processes and worker threads
 * are refused, and so are native add-ons unless the process is one for the native engine.
 */
export function childArguments({ artifactFolder, version, nativeFolders }: ChildKind): string[] {
  const root = packageRoot();
  const readable = [
    join(root, "package.json"),
    join(root, "dist", "*"),
    join(packageFolder(runtimeFile()), "*"),
    join(packageFolder(quickJsFile()), "*"),
    join(realpathSync(artifactFolder), "*"),
    ...(nativeFolders ?? []).map((folder) => join(realpathSync(folder), "*")),
  ];
  return [
    permissionFlag(version),
    ...(nativeFolders === undefined ? [] : ["--allow-addons"]),
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--stack-size=${STACK_SIZE_KIB}`,
    `--max-old-space-size=${OLD_SPACE_MIB}`,
    "--no-warnings",
  ];
}

/** Folder of the package that a file belongs to. */
function packageFolder(file: string): string {
  let folder = dirname(realpathSync(file));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** The flag that switches the permission model on in this version of Node. */
export function permissionFlag(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const stable =
    major >= STABLE_PERMISSION_MAJOR || (major === 22 && minor >= STABLE_PERMISSION_VERSION_22);
  return stable ? "--permission" : "--experimental-permission";
}
