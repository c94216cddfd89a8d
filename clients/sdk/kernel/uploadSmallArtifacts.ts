import { MsgCreateArtifact, MsgUploadChunk } from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { executeTx } from "../tx/executeTx.js";
import type { TxContext } from "../tx/txContext.js";
import { findArtifact } from "./findArtifact.js";
import { runPooled } from "./runPooled.js";
import type { UploadOptions } from "./uploadArtifact.js";

/** The least chunk that a chain may have: what is no larger is always a single chunk. */
const SMALL_BYTES = 1_024;
/** Artifacts in one transaction: with signatures and framing far below what a mempool takes. */
const ARTIFACTS_PER_TX = 64;
/** Questions at a time. */
const WIDTH = 4;

/**
 * Whether an artifact is so small that many travel in one transaction.
 *
 * @example
 * const large = bundle.artifacts.filter((bytes) => !isSmallArtifact(bytes));
 */
export function isSmallArtifact(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.length <= SMALL_BYTES;
}

/**
 * Puts small artifacts, such as test vectors, on the chain, many in one transaction; does nothing
 * for those that the chain has. Errors are those of `executeTx`; calling again resumes.
 *
 * @example
 * await uploadSmallArtifacts(context, vectors.filter(isSmallArtifact));
 */
export async function uploadSmallArtifacts(
  context: TxContext,
  artifacts: readonly Uint8Array[],
  options: UploadOptions = {},
): Promise<void> {
  const missing = await findMissing(context, artifacts, options);
  const bytesOf = (list: readonly Uint8Array[]): number =>
    list.reduce((sum, { length }) => sum + length, 0);
  let done = bytesOf(artifacts) - bytesOf(missing);
  options.onBytes?.(done);
  for (let start = 0; start < missing.length; start += ARTIFACTS_PER_TX) {
    const group = missing.slice(start, start + ARTIFACTS_PER_TX);
    await executeTx(
      context,
      group.flatMap((bytes) => messagesOf(context, bytes)),
      options,
    );
    done += bytesOf(group);
    options.onBytes?.(done);
  }
}

/** Artifacts that are not complete on the chain, in their order. */
async function findMissing(
  { rpc }: TxContext,
  artifacts: readonly Uint8Array[],
  { signal }: UploadOptions,
): Promise<Uint8Array[]> {
  const known = new Set<Uint8Array>();
  await runPooled(artifacts, WIDTH, async (bytes) => {
    const found = await findArtifact(rpc, { digest: sha256(bytes) }, { signal });
    if (found !== undefined) known.add(bytes);
  });
  return artifacts.filter((bytes) => !known.has(bytes));
}

/** Opening an upload that is open already changes nothing. */
function messagesOf({ signer }: TxContext, bytes: Uint8Array): PackedMessage[] {
  const uploader = signer.address;
  const digest = sha256(bytes);
  return [
    pack(MsgCreateArtifact, { uploader, digest, size: BigInt(bytes.length) }),
    pack(MsgUploadChunk, { uploader, digest, index: 0n, data: bytes }),
  ];
}
