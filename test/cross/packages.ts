import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Something that a target needs and this machine cannot have; the message says what to install. */
export class NotToBeHad extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotToBeHad";
  }
}

/** Where what is fetched is kept, as `make setup` does: outside of the project. */
function cacheFolder(): string {
  const { AIVM_CACHE: cache = join(homedir(), ".cache", "aivm") } = process.env;
  return join(cache, "cross");
}

/**
 * Unpacks a Debian package, fetched by name when it is not there, and gives the folder with its
 * files. Nothing is installed and no privileges are needed.
 */
export async function debianPackage(name: string): Promise<string> {
  return keep(name, `install the Debian package ${name}`, async (folder) => {
    await run("apt-get", ["download", "--quiet", name], { cwd: folder });
    const [file] = readdirSync(folder).filter((entry) => entry.endsWith(".deb"));
    await run("dpkg-deb", ["--extract", file ?? "", folder], { cwd: folder });
    rmSync(join(folder, file ?? ""));
  });
}

/** The Node of a version and architecture, as the package registry has it: path of its program. */
export async function nodeProgram(architecture: string, version: string): Promise<string> {
  const name = `node-linux-${architecture}`;
  const key = `${name}-${version}`;
  const advice = `put the package ${name} ${version} into the cache`;
  const folder = await keep(key, advice, async (into) => {
    await run("npm", ["pack", "--silent", `${name}@${version}`], { cwd: into });
    const [file] = readdirSync(into).filter((entry) => entry.endsWith(".tgz"));
    await run("tar", ["-xzf", file ?? ""], { cwd: into });
    rmSync(join(into, file ?? ""));
  });
  return join(folder, "package", "bin", "node");
}

async function keep(
  name: string,
  advice: string,
  fetch: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.part-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await fetch(unfinished);
    renameSync(unfinished, folder);
    return folder;
  } catch (error) {
    const [reason = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new NotToBeHad(`${advice} (${reason})`, { cause: error });
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
