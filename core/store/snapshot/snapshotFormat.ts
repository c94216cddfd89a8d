import { domainHash, sha256 } from "#core/crypto/hash.js";
import { concatBytes, equalBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import { invalidSnapshot } from "../errors.js";
import { HASH_BYTES } from "../iavl/node.js";

/** The one format that this program writes and reads; docs/spec/store.md, section 15. */
export const SNAPSHOT_FORMAT = 1;

/** Bytes of every chunk but the last, which may be shorter. CometBFT carries up to 16 MB. */
export const CHUNK_BYTES = 4 << 20;

/** Keeps the metadata within the 4 MB that CometBFT carries: 256 GiB of state. */
export const MAX_CHUNKS = 65_536;

/** Versions are below this. */
const HEIGHT_LIMIT = 1n << 52n;

/** What begins each item of a store. */
export const TAG = { end: 0, leaf: 1, inner: 2, entry: 3 } as const;

/** Bounds that are checked before anything of the length is kept; in bytes unless said otherwise. */
export const BOUNDS = {
  /** Longest key, that of the SDK's stores. */
  key: 131_071,
  /** Longest value of a tree or blob: more than a block can bring. */
  value: 64 << 20,
  /** Longest name of a store. */
  name: 32,
  /** Stores of a kind, in number. */
  stores: 256,
  /** Levels of a tree, and so subtrees that wait for their parent: 2^44 entries have fewer. */
  levels: 64,
} as const;

/** What names a snapshot among nodes, as ABCI has it. */
export interface SnapshotDescription {
  /** Height of the state. */
  readonly height: bigint;
  readonly format: number;
  /** Number of chunks. */
  readonly chunks: number;
  /** 32 bytes over height and metadata. */
  readonly hash: Uint8Array;
  /** SHA-256 of each chunk, one behind the other. */
  readonly metadata: Uint8Array;
}

/** Describes a snapshot by the SHA-256 of its chunks. */
export function describeSnapshot(
  height: bigint,
  digests: readonly Uint8Array[],
): SnapshotDescription {
  const metadata = concatBytes(...digests);
  const hash = hashOf(height, metadata);
  return { height, format: SNAPSHOT_FORMAT, chunks: digests.length, hash, metadata };
}

/**
 * The digests that a description of {@link SNAPSHOT_FORMAT} names. Fails with `store/9` when it
 * contradicts itself.
 */
export function chunkDigests(description: SnapshotDescription): readonly Uint8Array[] {
  const { height, chunks, hash, metadata } = description;
  if (height < 1n || height >= HEIGHT_LIMIT) {
    throw invalidSnapshot({ problem: `its height is ${height}; 1 to 2^52 - 1 are possible` });
  }
  if (chunks < 1 || chunks > MAX_CHUNKS) {
    throw invalidSnapshot({ problem: `has ${chunks} chunks; 1 to ${MAX_CHUNKS} are possible` });
  }
  if (metadata.length !== chunks * HASH_BYTES) {
    throw invalidSnapshot({ problem: `metadata of ${chunks} chunks has ${metadata.length} bytes` });
  }
  if (!equalBytes(hash, hashOf(height, metadata))) {
    throw invalidSnapshot({ problem: "the hash is not that of height and metadata" });
  }
  return Array.from({ length: chunks }, (_, index) =>
    metadata.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** Whether a chunk has the bytes that its digest names. */
export function isChunkOf(digest: Uint8Array, chunk: Uint8Array): boolean {
  return chunk.length <= CHUNK_BYTES && equalBytes(sha256(chunk), digest);
}

function hashOf(height: bigint, metadata: Uint8Array): Uint8Array {
  return domainHash("aivm/store/snapshot/v1", uint64ToBytes(height), metadata);
}
