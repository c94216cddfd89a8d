import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { folderInUse } from "./errors.js";
import type { FolderFile } from "./pull/pulledFiles.js";

/** Fails with `author/10` unless a folder is free: absent or empty. */
export function requireFreeFolder(folder: string): void {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) return;
  if (!isFolder) throw folderInUse({ path: folder, problem: "is a file" });
  if (readdirSync(folder).length > 0) throw folderInUse({ path: folder, problem: "is not empty" });
}

/**
 * Makes a folder of files, which `check` may look at before the folder gets its name: a failure
 * leaves nothing behind. Fails with `author/10` when there is something already.
 */
export function makeFolder<T>(
  folder: string,
  files: readonly FolderFile[],
  check: (draft: string) => T,
): T {
  requireFreeFolder(folder);
  return withDraft(folder, files, (draft) => {
    const checked = check(draft);
    moveInto(draft, folder);
    return checked;
  });
}

/** Puts a folder of files in the place of what was there, which is gone as a whole. */
export function replaceFolder(folder: string, files: readonly FolderFile[]): void {
  withDraft(folder, files, (draft) => {
    // Moved away and not deleted in its place: whatever ends this, it is never there in part.
    if (existsSync(folder)) renameSync(resolve(folder), join(dirname(draft), "before"));
    renameSync(draft, resolve(folder));
  });
}

/** Writes files beside a folder under a name that nobody has, so that a renaming moves them. */
function withDraft<T>(folder: string, files: readonly FolderFile[], use: (draft: string) => T): T {
  const target = resolve(folder);
  mkdirSync(dirname(target), { recursive: true });
  const place = mkdtempSync(`${target}.new-`);
  try {
    // Made within: the folder that `mkdtemp` makes is closed to everybody else.
    const draft = join(place, "draft");
    mkdirSync(draft);
    for (const [file, content] of files) {
      const path = join(draft, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return use(draft);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** An empty folder stays, since a shell may stand in it. */
function moveInto(draft: string, folder: string): void {
  if (!existsSync(folder)) {
    renameSync(draft, resolve(folder));
    return;
  }
  for (const name of readdirSync(draft)) renameSync(join(draft, name), join(folder, name));
}
