import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { chunkCount, chunkLength } from "#modules/kernel/types/chunks.js";
import { findArtifact } from "#sdk/kernel/findArtifact.js";
import { runPooled } from "#sdk/kernel/runPooled.js";
import { queryMethod } from "#sdk/query/queryMethod.js";
import { KERNEL_QUERIES } from "#sdk/query/services.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { badDownload } from "../errors.js";

/** Queries under way at once. */
const IN_FLIGHT = 4;

/** Told how many of all bytes are here, whenever there are more. */
export type OnBytes = (done: number, total: number) => void;

/**
 * The bytes of artifacts, each checked against its digest, in the order of the digests. Fails with
 * `author/14` when the node lacks one or gives other bytes.
 */
export async function downloadArtifacts(
  rpc: RpcTransport,
  digests: readonly Uint8Array[],
  onBytes: OnBytes,
): Promise<Uint8Array[]> {
  const artifacts = await findArtifacts(rpc, digests);
  const total = artifacts.reduce((sum, { size }) => sum + Number(size), 0);
  let done = 0;
  const downloaded: Uint8Array[] = [];
  for (const artifact of artifacts) {
    const bytes = await download(rpc, artifact, (count) => {
      done += count;
      onBytes(done, total);
    });
    downloaded.push(bytes);
  }
  return downloaded;
}

/** What the chain knows of artifacts, in the order of the digests; fails with `author/14`. */
export async function findArtifacts(
  rpc: RpcTransport,
  digests: readonly Uint8Array[],
): Promise<Artifact[]> {
  const found: Artifact[] = [];
  for (const digest of digests) {
    const artifact = await findArtifact(rpc, { digest });
    if (artifact === undefined) {
      throw badDownload({ digest: toHex(digest), problem: "the chain does not have it" });
    }
    found.push(artifact);
  }
  return found;
}

async function download(
  rpc: RpcTransport,
  artifact: Artifact,
  onChunk: (bytes: number) => void,
): Promise<Uint8Array> {
  const { digest, size, chunkSize } = artifact;
  const bytes = new Uint8Array(Number(size));
  const indexes = Array.from({ length: chunkCount(artifact) }, (_, index) => index);
  await runPooled(indexes, IN_FLIGHT, async (index) => {
    const request = { digest, index: BigInt(index), uploader: "" };
    const call = { service: KERNEL_QUERIES, method: "ArtifactChunk", request } as const;
    const { data } = await queryMethod(rpc, call);
    if (data.length !== chunkLength(artifact, index)) {
      throw badDownload({ digest: toHex(digest), problem: `chunk ${index} has a wrong length` });
    }
    bytes.set(data, index * Number(chunkSize));
    onChunk(data.length);
  });
  if (equalBytes(sha256(bytes), digest)) return bytes;
  throw badDownload({ digest: toHex(digest), problem: "the node gives other bytes" });
}
