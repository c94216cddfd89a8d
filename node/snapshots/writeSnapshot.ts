import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "#core/crypto/hash.js";
import { cutChunks } from "#core/store/snapshot/cutChunks.js";
import type { HeldVersion } from "#core/store/snapshot/readSnapshot.js";
import {
  describeSnapshot,
  MAX_CHUNKS,
  type SnapshotDescription,
} from "#core/store/snapshot/snapshotFormat.js";
import { snapshotExists, stateTooLarge } from "./errors.js";
import { incomingPath, METADATA, snapshotPath } from "./snapshotPaths.js";

/**
 * Writes the snapshot of a version into a folder, a chunk in memory at a time: under a temporary
 * name until everything is on the disk, so that what bears its name is whole. Fails with
 * `snapshots/3`, `snapshots/5` and errors of the file system, and then leaves nothing.
 */
export function writeSnapshot(folder: string, held: HeldVersion): SnapshotDescription {
  const { version } = held;
  const target = snapshotPath(folder, version);
  if (existsSync(target)) throw snapshotExists({ height: version, folder });
  const incoming = incomingPath(folder, version);
  rmSync(incoming, { recursive: true, force: true });
  mkdirSync(incoming, { recursive: true, mode: FOLDER_MODE });
  try {
    const description = describeSnapshot(version, writeChunks(incoming, cutChunks(held.pieces())));
    writeDurably(join(incoming, METADATA), description.metadata);
    syncFolder(incoming);
    renameSync(incoming, target);
    syncFolder(dirname(target));
    return description;
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}

const FOLDER_MODE = 0o700;

/** Gives the digests of the chunks. */
function writeChunks(folder: string, chunks: Iterable<Uint8Array>): readonly Uint8Array[] {
  const digests: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (digests.length === MAX_CHUNKS) throw stateTooLarge({ chunks: MAX_CHUNKS });
    writeDurably(join(folder, String(digests.length)), chunk);
    digests.push(sha256(chunk));
  }
  return digests;
}

function writeDurably(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes names durable. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}
