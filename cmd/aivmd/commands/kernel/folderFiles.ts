import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { folderInUse } from "./errors.js";
import type { FolderFile } from "./pull/pulledFiles.js";

/** Fails with `author/10` unless a folder is free: absent or empty. */
export function requireFreeFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw folderInUse({ path: folder });
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
  const draft = `${resolve(folder)}.new`;
  rmSync(draft, { recursive: true, force: true });
  try {
    for (const [file, content] of files) {
      const path = join(draft, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    const checked = check(draft);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return checked;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
