import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { malformedExtension } from "./errors.js";
import { DIGEST_BYTES, MAX_ENTRY_BYTES, MAX_EXTENSION_BYTES, MAX_PAYLOAD_BYTES } from "./limits.js";

/**
 * Decodes a vote extension and refuses what no honest node can send: too many bytes, bytes that
 * are not canonical, lists out of order, digests of a wrong length. What an entry claims is judged
 * later, against state. The empty extension says nothing.
 */
export function decodeExtension(bytes: Uint8Array): VoteExtension {
  if (bytes.length > MAX_EXTENSION_BYTES) {
    throw malformedExtension({ problem: "too long", bytes: bytes.length });
  }
  const extension = VoteExtension.decodeCanonical(bytes);
  checkOrder(extension);
  checkDigests(extension);
  const payloadBytes = payloadLength(extension);
  if (payloadBytes > MAX_PAYLOAD_BYTES || bytes.length - payloadBytes > MAX_ENTRY_BYTES) {
    throw malformedExtension({ problem: "entries or payloads exceed their share" });
  }
  return extension;
}

/** Bytes of the payloads of an extension, as encoded within it. */
export function payloadLength(extension: VoteExtension): number {
  return VoteExtension.encode(VoteExtension.create({ payloads: extension.payloads })).length;
}

function checkOrder(extension: VoteExtension): void {
  const { commitments, reveals, requestDigests, declines, payloads } = extension;
  const lists = [commitments, reveals, requestDigests, payloads].map((list) =>
    list.map((entry) => entry.batchId),
  );
  for (const ids of [...lists, declines]) {
    if (!isStrictlyAscending(ids, compareBig)) {
      throw malformedExtension({ problem: "a list is not in ascending order of batch id" });
    }
  }
}

function checkDigests(extension: VoteExtension): void {
  const digests = [
    ...extension.commitments.map((entry) => entry.commitment),
    ...extension.reveals.flatMap((entry) => [entry.batchRoot, entry.salt]),
    ...extension.requestDigests.flatMap((entry) => entry.digests),
  ];
  if (digests.some((digest) => digest.length !== DIGEST_BYTES)) {
    throw malformedExtension({ problem: "a digest is not 32 bytes" });
  }
  if (extension.requestDigests.some((entry) => entry.digests.length === 0)) {
    throw malformedExtension({ problem: "a comparison without digests" });
  }
}
