import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { ChainError } from "#core/primitives/errors.js";
import { addExamples } from "../../../flags.js";
import type { CommandIo } from "../../../io.js";
import { runs } from "../../../session.js";
import { BUNDLE_FOLDER } from "../bundleFolder.js";
import { checkSource } from "../checkSource.js";
import { mergeConflicts, missingFile } from "../errors.js";
import { makeFolder, requireFreeFolder } from "../folderFiles.js";
import { inFolder, readBytes, readKernelSource } from "../kernelSource.js";
import { type FolderFiles, mergeFolders } from "./mergeFiles.js";

/** Adds `kernel merge`. */
export function addMerge(kernel: Command, io: CommandIo): void {
  const command = kernel
    .command("merge")
    .argument("<parent>", "folder that both come from, such as `kernel pull` makes")
    .argument("<ours>", "folder with changes")
    .argument("<theirs>", "folder with other changes")
    .requiredOption("--out <folder>", "folder to make")
    .summary("bring the changes of two folders together")
    .description(
      "Makes a folder that has the changes of both: files that one side changed, Aivmfiles directive by directive, other texts line by line. Where the two exclude each other, every place is named and nothing is written. Comments of the Aivmfile are ours.",
    );
  addExamples(command, "aivmd kernel merge parent my-changes their-changes --out merged");
  runs<{ readonly out: string }>(command, io, ({ terminal }, { out }, folders) => {
    const [parent = "", ours = "", theirs = ""] = folders;
    requireFreeFolder(out);
    // A folder that is no kernel, or a wrong one, is named before anything is compared.
    for (const folder of [parent, ours, theirs]) inFolder(folder, () => readKernelSource(folder));
    const { files, conflicts } = mergeFolders(
      readFolder(parent),
      readFolder(ours),
      readFolder(theirs),
    );
    const found = conflicts.length > 0 ? conflicts : whole(out, files);
    const facts = { folder: out, files: files.map(([file]) => file), conflicts: found };
    terminal.show(facts, () =>
      found.length === 0
        ? terminal.pairs([
            ["folder", `${out}, ${files.length} files`],
            ["next", `aivmd kernel test ${out}`],
          ])
        : found.map((conflict) => `${terminal.style.red("conflict")} ${conflict}`).join("\n"),
    );
    if (found.length > 0) throw mergeConflicts({ count: found.length });
  });
}

/** Writes a merged folder if it is a kernel; else says what the two make together. */
function whole(out: string, files: Parameters<typeof makeFolder>[1]): string[] {
  try {
    makeFolder(out, files, (draft) => checkSource(readKernelSource(draft)));
    return [];
  } catch (error) {
    if (error instanceof ChainError) return [`together they are no kernel: ${error.message}`];
    throw error;
  }
}

const LEFT_OUT: ReadonlySet<string> = new Set([BUNDLE_FOLDER, ".git", "node_modules"]);

const NO_FILE = "is neither a file nor a folder; remove it, or put what it leads to in its place";

/** Every file of a kernel's folder but what is built, and what tools keep there. */
function readFolder(folder: string): FolderFiles {
  const files = new Map<string, Uint8Array>();
  const walk = (place: string): void => {
    for (const entry of readdirSync(join(folder, place), { withFileTypes: true })) {
      const path = place === "" ? entry.name : `${place}/${entry.name}`;
      if (LEFT_OUT.has(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) files.set(path, readBytes(folder, path));
      else throw missingFile({ path: join(folder, path), problem: NO_FILE });
    }
  };
  walk("");
  return files;
}
