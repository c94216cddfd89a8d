import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "#sandbox/worker/permissions.js";

/** A package that aivmd runs with. */
export interface Dependency {
  readonly name: string;
  /** Empty when it is not installed. */
  readonly version: string;
}

interface PackageFile {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that this program depends on directly, in the versions that are installed. */
export function installedDependencies(): readonly Dependency[] {
  const root = packageRoot();
  const { dependencies, optionalDependencies } = readPackage(join(root, "package.json"));
  return Object.keys({ ...dependencies, ...optionalDependencies })
    .sort()
    .map((name) => ({ name, version: installedVersion(root, name) }));
}

/** Looks where Node looks: in every `node_modules` from the package's folder upwards. */
function installedVersion(root: string, name: string): string {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    if (existsSync(path)) return readPackage(path).version ?? "";
    if (folder === dirname(folder)) return "";
  }
}

function readPackage(path: string): PackageFile {
  return JSON.parse(readFileSync(path, "utf8")) as PackageFile;
}
