import { join } from "node:path";
import { SNAPSHOT_FORMAT } from "#core/store/snapshot/snapshotFormat.js";

/** File of a snapshot with the digests of its chunks; the chunks are named by their index. */
export const METADATA = "metadata";

/** What is being written or removed has a name that begins so, and goes at the next start. */
const UNFINISHED = "unfinished-";

const NAME = new RegExp(`^([1-9][0-9]{0,15})-${SNAPSHOT_FORMAT}$`);

/** Folder of the snapshot of a height. */
export function snapshotPath(folder: string, height: bigint): string {
  return join(folder, `${height}-${SNAPSHOT_FORMAT}`);
}

/** Folder of a snapshot while it is made. */
export function incomingPath(folder: string, height: bigint): string {
  return join(folder, `${UNFINISHED}made-${height}-${SNAPSHOT_FORMAT}`);
}

/** Folder of a snapshot while it is removed. */
export function outgoingPath(folder: string, height: bigint): string {
  return join(folder, `${UNFINISHED}removed-${height}-${SNAPSHOT_FORMAT}`);
}

/** Whether a name is of something that was left half done. */
export function isUnfinished(name: string): boolean {
  return name.startsWith(UNFINISHED);
}

/** The height of a snapshot's folder by its name; undefined for other names. */
export function heightOf(name: string): bigint | undefined {
  const [, height] = NAME.exec(name) ?? [];
  return height === undefined ? undefined : BigInt(height);
}
