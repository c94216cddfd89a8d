import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareBig } from "#core/primitives/sorted.js";
import { describeSnapshot, type SnapshotDescription } from "#core/store/snapshot/snapshotFormat.js";
import { unknownSnapshot } from "./errors.js";
import { heightOf, isUnfinished, METADATA, outgoingPath, snapshotPath } from "./snapshotPaths.js";

/** A snapshot in the folder. */
export interface StoredSnapshot extends SnapshotDescription {
  /** Bytes of all chunks. */
  readonly bytes: number;
}

/** What names a chunk; numbers that a peer sent. */
export interface ChunkName {
  readonly height: bigint;
  readonly format: number;
  readonly chunk: number;
}

const DIGEST_BYTES = 32;

/** A peer that fetched a chunk so long ago does not want another one any more. */
const READING_MS = 120_000;

const EMPTY = new Uint8Array(0);

/**
 * The snapshots of a home: one folder each, whole as soon as it bears its name. Holds nothing but
 * what they are called; what cannot be read is not listed.
 */
export class SnapshotFolder {
  readonly #path: string;
  readonly #snapshots = new Map<bigint, StoredSnapshot>();
  /** When a chunk was fetched last, by height, in milliseconds of the clock. */
  readonly #fetched = new Map<bigint, number>();
  readonly #nowMs: () => number;

  private constructor(path: string, nowMs: () => number) {
    this.#path = path;
    this.#nowMs = nowMs;
  }

  /** Opens a folder, which need not exist. */
  static open(path: string, nowMs: () => number = () => performance.now()): SnapshotFolder {
    const folder = new SnapshotFolder(path, nowMs);
    for (const name of namesIn(path)) {
      const height = heightOf(name);
      if (height !== undefined) folder.add(height);
    }
    return folder;
  }

  /** Removes what was left half made or half removed; only while nobody makes any. */
  removeUnfinished(): void {
    for (const name of namesIn(this.#path).filter(isUnfinished)) {
      rmSync(join(this.#path, name), { recursive: true, force: true });
    }
  }

  /** All snapshots, newest first. */
  list(): readonly StoredSnapshot[] {
    return [...this.#snapshots.values()].sort((a, b) => compareBig(b.height, a.height));
  }

  /** Takes up a snapshot that was written; one that is not whole is left out. */
  add(height: bigint): StoredSnapshot | undefined {
    const snapshot = readStored(snapshotPath(this.#path, height), height);
    if (snapshot !== undefined) this.#snapshots.set(height, snapshot);
    return snapshot;
  }

  /** A chunk; empty when it is not there. */
  async loadChunk({ height, format, chunk }: ChunkName): Promise<Uint8Array> {
    const snapshot = this.#snapshots.get(height);
    if (snapshot?.format !== format || chunk >= snapshot.chunks) return EMPTY;
    this.#fetched.set(height, this.#nowMs());
    return readFile(join(snapshotPath(this.#path, height), String(chunk)));
  }

  /** Removes a snapshot; fails with `snapshots/2` when it is not there. */
  delete(height: bigint): void {
    if (!this.#snapshots.delete(height)) throw unknownSnapshot({ height, folder: this.#path });
    this.#fetched.delete(height);
    const outgoing = outgoingPath(this.#path, height);
    const path = snapshotPath(this.#path, height);
    rmSync(outgoing, { recursive: true, force: true });
    // Somebody may have removed it by hand.
    if (existsSync(path)) renameSync(path, outgoing);
    rmSync(outgoing, { recursive: true, force: true });
  }

  /**
   * Removes all but the newest `keepRecent`; 0 keeps all. One that a peer is fetching stays, unless
   * there are twice as many by then: nobody can fill the disk by fetching for ever.
   */
  prune(keepRecent: number): readonly bigint[] {
    const surplus = keepRecent === 0 ? [] : this.list().slice(keepRecent);
    const removed = surplus
      .map(({ height }) => height)
      .filter((height, index) => index >= keepRecent || !this.#isBeingFetched(height));
    for (const height of removed) this.delete(height);
    return removed;
  }

  #isBeingFetched(height: bigint): boolean {
    const fetchedMs = this.#fetched.get(height);
    return fetchedMs !== undefined && this.#nowMs() - fetchedMs < READING_MS;
  }
}

function namesIn(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

/** Reads what describes a snapshot; undefined when a part of it is missing. */
function readStored(path: string, height: bigint): StoredSnapshot | undefined {
  const metadataPath = join(path, METADATA);
  if (!existsSync(metadataPath)) return undefined;
  const metadata = new Uint8Array(readFileSync(metadataPath));
  const count = metadata.length >> 5;
  if (count === 0 || metadata.length !== count * DIGEST_BYTES) return undefined;
  const digests = Array.from({ length: count }, (_, index) =>
    metadata.slice(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES),
  );
  const sizes = digests.map((_, index) => sizeOf(join(path, String(index))));
  if (sizes.includes(undefined)) return undefined;
  const bytes = sizes.reduce<number>((sum, size = 0) => sum + size, 0);
  return { ...describeSnapshot(height, digests), bytes };
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
