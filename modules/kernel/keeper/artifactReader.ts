import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { KvReader } from "#core/store/kv.js";
import { chunkCount } from "../types/chunks.js";
import { chunkKey } from "../types/keys.js";
import { unknownArtifact } from "../types/registryErrors.js";
import { TABLES } from "./collections.js";

/** The two stores that artifacts are in, of the state or of one version of it. */
export interface ArtifactStores {
  readonly state: KvReader;
  readonly blobs: KvReader;
}

/** What is known of a complete artifact. */
export function findArtifact(state: KvReader, digest: Uint8Array): Artifact | undefined {
  return TABLES.artifacts.find(state, digest);
}

/**
 * The chunks of a complete artifact in order, one in memory at a time; together they hash to the
 * digest. Fails with `kernel/103` when the artifact is not there or is dropped meanwhile, which
 * happens only to one that no version refers to.
 */
export function* readArtifact(
  stores: ArtifactStores,
  digest: Uint8Array,
): IterableIterator<Uint8Array> {
  const artifact = findArtifact(stores.state, digest);
  if (artifact === undefined) throw unknownArtifact({ digest: toHex(digest) });
  for (let index = 0; index < chunkCount(artifact); index++) {
    const chunk = findChunk(stores.blobs, artifact, index);
    if (chunk === undefined) throw unknownArtifact({ digest: toHex(digest), chunk: index });
    yield chunk;
  }
}

/** One chunk of an artifact or an upload; undefined when it has not arrived. */
export function findChunk(
  blobs: KvReader,
  { uploadId }: Pick<Artifact, "uploadId">,
  index: number,
): Uint8Array | undefined {
  return blobs.get(chunkKey({ uploadId, index }));
}
