import type { Context } from "#core/baseapp/context.js";
import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { KvEntry } from "#core/store/kv.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { chunkCount } from "../types/chunks.js";
import { type ChunkPlace, chunkKey, chunkPlace } from "../types/keys.js";
import { type ArtifactStores, findChunk, readArtifact } from "./artifactReader.js";
import { TABLES } from "./collections.js";

/** An entry of the expiry queue. */
export interface Expiry {
  readonly height: bigint;
  readonly digest: Uint8Array;
  readonly uploader: Address;
}

/** Longer iterations read pages that grow, and chunks are large. */
const PAGE_CHUNKS = 15;

/** Behind a key, the next one that is possible. */
const AFTER = Uint8Array.of(0);

/**
 * Artifacts and uploads: records, bytes, the queue of expiries and the queue of bytes to delete.
 * An artifact is queued to expire exactly while no version refers to it.
 */
export class ArtifactBook {
  readonly #state: StoreKey;
  readonly #blobs: StoreKey;

  constructor(state: StoreKey, blobs: StoreKey) {
    this.#state = state;
    this.#blobs = blobs;
  }

  /** The complete artifact of a digest. */
  find(ctx: Context, digest: Uint8Array): Artifact | undefined {
    return TABLES.artifacts.find(ctx.kv(this.#state), digest);
  }

  /** An account's upload under way. */
  findUpload(ctx: Context, digest: Uint8Array, uploader: Address): Artifact | undefined {
    return TABLES.uploads.find(ctx.kv(this.#state), [digest, uploader]);
  }

  /** Writes a record and, unless versions refer to it, its place in the queue of expiries. */
  add(ctx: Context, artifact: Artifact): void {
    this.write(ctx, artifact);
    if (artifact.references === 0n) {
      TABLES.expiries.add(ctx.kv(this.#state), expiryKey(artifact));
    }
  }

  /** Overwrites a record whose digest, uploader, completeness and expiry stay as they are. */
  write(ctx: Context, artifact: Artifact): void {
    const kv = ctx.kv(this.#state);
    if (artifact.complete) TABLES.artifacts.set(kv, artifact.digest, artifact);
    else TABLES.uploads.set(kv, [artifact.digest, uploaderOf(artifact)], artifact);
  }

  /** Makes an upload the artifact of its digest; it keeps its bytes and its expiry. */
  complete(ctx: Context, upload: Artifact): void {
    this.#forget(ctx, upload);
    this.write(ctx, { ...upload, complete: true, receivedChunks: new Uint8Array(0) });
  }

  /** Counts a reference to a complete artifact; the first takes it off the queue of expiries. */
  addReference(ctx: Context, artifact: Artifact): void {
    if (artifact.references === 0n) {
      TABLES.expiries.delete(ctx.kv(this.#state), expiryKey(artifact));
    }
    this.write(ctx, { ...artifact, references: artifact.references + 1n, expiryHeight: 0n });
  }

  /** Takes a reference back; after the last the artifact expires at `expiryHeight`. */
  removeReference(ctx: Context, digest: Uint8Array, expiryHeight: bigint): void {
    const artifact = assertDefined(this.find(ctx, digest), "a referenced artifact exists");
    const references = artifact.references - 1n;
    assert(references >= 0n, "references are counted");
    if (references > 0n) this.write(ctx, { ...artifact, references });
    else this.add(ctx, { ...artifact, references, expiryHeight });
  }

  /** Removes an unreferenced record; its bytes are deleted in later blocks, a bounded part each. */
  remove(ctx: Context, artifact: Artifact): void {
    assert(artifact.references === 0n, "a referenced artifact stays");
    const kv = ctx.kv(this.#state);
    this.#forget(ctx, artifact);
    TABLES.expiries.delete(kv, expiryKey(artifact));
    TABLES.removals.set(kv, artifact.uploadId, BigInt(chunkCount(artifact)));
  }

  /** One chunk; undefined when it has not arrived. */
  findChunk(ctx: Context, artifact: Artifact, index: number): Uint8Array | undefined {
    return findChunk(ctx.kv(this.#blobs), artifact, index);
  }

  /** Stores a chunk; its digest goes into the tree, where the app hash covers it. */
  setChunk(ctx: Context, place: ChunkPlace, bytes: Uint8Array): void {
    const { uploadId, index } = place;
    TABLES.chunkDigests.set(ctx.kv(this.#state), [uploadId, BigInt(index)], sha256(bytes));
    ctx.kv(this.#blobs).set(chunkKey(place), bytes);
  }

  /** What the app hash covers of the chunks that are stored, in the order of the blob store. */
  *chunkDigests(
    ctx: Context,
  ): IterableIterator<{ readonly place: ChunkPlace; readonly digest: Uint8Array }> {
    for (const [[uploadId, index], digest] of TABLES.chunkDigests.iterate(ctx.kv(this.#state))) {
      yield { place: { uploadId, index: Number(index) }, digest };
    }
  }

  /** The chunks of a complete artifact in order; see `artifactReader.ts`. */
  read(ctx: Context, digest: Uint8Array): IterableIterator<Uint8Array> {
    return readArtifact(this.stores(ctx), digest);
  }

  /** The stores as the context sees them. */
  stores(ctx: Context): ArtifactStores {
    return { state: ctx.kv(this.#state), blobs: ctx.kv(this.#blobs) };
  }

  /** The number that the next upload gets. */
  nextUploadId(ctx: Context): bigint {
    return TABLES.nextUploadId.get(ctx.kv(this.#state));
  }

  setNextUploadId(ctx: Context, id: bigint): void {
    TABLES.nextUploadId.set(ctx.kv(this.#state), id);
  }

  takeUploadId(ctx: Context): bigint {
    const id = this.nextUploadId(ctx);
    this.setNextUploadId(ctx, id + 1n);
    return id;
  }

  /** Every artifact by digest, then every upload by digest and uploader. */
  *all(ctx: Context): IterableIterator<Artifact> {
    const kv = ctx.kv(this.#state);
    for (const [, artifact] of TABLES.artifacts.iterate(kv)) yield artifact;
    for (const [, upload] of TABLES.uploads.iterate(kv)) yield upload;
  }

  /** The queue of expiries, earliest first. */
  *expiries(ctx: Context): IterableIterator<Expiry> {
    for (const [height, digest, uploader] of TABLES.expiries.iterate(ctx.kv(this.#state))) {
      yield { height, digest, uploader };
    }
  }

  /** The record that an entry of the queue of expiries is about; undefined for a stray one. */
  findExpiring(ctx: Context, { digest, uploader }: Expiry): Artifact | undefined {
    return this.findUpload(ctx, digest, uploader) ?? this.find(ctx, digest);
  }

  /** Every entry of the blob store, in the order of {@link chunkDigests}; a few in memory at a time. */
  *blobs(ctx: Context): Generator<KvEntry, undefined> {
    let start: Uint8Array | undefined;
    for (let taken = PAGE_CHUNKS; taken === PAGE_CHUNKS;) {
      taken = 0;
      for (const entry of ctx.kv(this.#blobs).iterate({ start })) {
        yield entry;
        start = concatBytes(entry.key, AFTER);
        if (++taken === PAGE_CHUNKS) break;
      }
    }
    return undefined;
  }

  /** Uploads whose bytes are being deleted: id and number of chunks that are left. */
  *removals(ctx: Context): IterableIterator<readonly [uploadId: bigint, chunks: bigint]> {
    yield* TABLES.removals.iterate(ctx.kv(this.#state));
  }

  /** Deletes chunks of a dropped upload from the last on, so that `left` remain. */
  deleteChunks(ctx: Context, uploadId: bigint, range: { from: bigint; left: bigint }): void {
    const kv = ctx.kv(this.#state);
    const blobs = ctx.kv(this.#blobs);
    for (let index = range.left; index < range.from; index++) {
      blobs.delete(chunkKey({ uploadId, index: Number(index) }));
      TABLES.chunkDigests.delete(kv, [uploadId, index]);
    }
    if (range.left > 0n) TABLES.removals.set(kv, uploadId, range.left);
    else TABLES.removals.delete(kv, uploadId);
  }

  /** The first chunk at a place or behind it. */
  firstChunkFrom(ctx: Context, place: ChunkPlace): ChunkPlace | undefined {
    for (const { key } of ctx.kv(this.#blobs).iterate({ start: chunkKey(place) })) {
      return chunkPlace(key);
    }
    return undefined;
  }

  #forget(ctx: Context, artifact: Artifact): void {
    const kv = ctx.kv(this.#state);
    if (artifact.complete) TABLES.artifacts.delete(kv, artifact.digest);
    else TABLES.uploads.delete(kv, [artifact.digest, uploaderOf(artifact)]);
  }
}

/** The account that uploads an artifact. */
export function uploaderOf(artifact: Pick<Artifact, "uploader">): Address {
  return parseAddress("account", artifact.uploader);
}

function expiryKey(artifact: Artifact): [bigint, Uint8Array, Address] {
  return [artifact.expiryHeight, artifact.digest, uploaderOf(artifact)];
}
