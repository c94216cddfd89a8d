import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { Availability, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { malformedExtension } from "./errors.js";
import { compactPayload, expandPayloads, REPEATING } from "./payloadWire.js";
import {
  DIGEST_BYTES,
  MAX_BATCH_REQUESTS,
  MAX_COMPARISON_BYTES,
  MAX_ENTRY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PROVIDER_BATCHES,
} from "./limits.js";

/**
 * Decodes a vote extension and refuses what no honest node can send: too many bytes or entries,
 * bytes that are not canonical, lists out of order, digests of a wrong length. What an entry
 * claims is judged later, against state. The empty extension says nothing.
 */
export function decodeExtension(bytes: Uint8Array): VoteExtension {
  if (bytes.length > MAX_EXTENSION_BYTES) {
    throw malformedExtension({ problem: "too long", bytes: bytes.length });
  }
  const carried = VoteExtension.decodeCanonical(bytes);
  checkAvailability(carried);
  checkLists(carried);
  checkDigests(carried);
  checkShares(carried, bytes.length);
  const payloads = expandPayloads(carried.payloads);
  if (payloads === undefined) throw malformedExtension(REPEATING);
  return { ...carried, payloads };
}

/** Bytes of a vote extension; empty for one that says nothing. */
export function encodeExtension(extension: VoteExtension): Uint8Array {
  const payloads = extension.payloads.map(compactPayload);
  return VoteExtension.encode({ ...extension, payloads });
}

/** Bytes of payloads, as encoded within an extension or transaction 0. */
export function payloadLength({ payloads }: Pick<VoteExtension, "payloads">): number {
  return encodeExtension(VoteExtension.create({ payloads: [...payloads] })).length;
}

/** The same of payloads as they travel. */
function carriedLength({ payloads }: VoteExtension): number {
  return VoteExtension.encode(VoteExtension.create({ payloads })).length;
}

function comparisonLength({ requestDigests }: VoteExtension): number {
  return VoteExtension.encode(VoteExtension.create({ requestDigests })).length;
}

/** Each kind of content has a share of its own, so that none crowds out another. */
function checkShares(extension: VoteExtension, bytes: number): void {
  const payloads = carriedLength(extension);
  const comparisons = comparisonLength(extension);
  const entries = bytes - payloads - comparisons;
  if (
    entries > MAX_ENTRY_BYTES ||
    comparisons > MAX_COMPARISON_BYTES ||
    payloads > MAX_PAYLOAD_BYTES
  ) {
    throw malformedExtension({ problem: "a share is exceeded", entries, comparisons, payloads });
  }
}

function checkAvailability({ availability }: VoteExtension): void {
  if (availability < 0 || availability > Availability.UNAVAILABLE) {
    throw malformedExtension({ problem: "availability is unknown", availability });
  }
}

function checkLists(extension: VoteExtension): void {
  const { commitments, reveals, requestDigests, declines, payloads } = extension;
  const lists = [commitments, reveals, requestDigests, payloads].map((list) =>
    list.map((entry) => entry.batchId),
  );
  for (const ids of [...lists, declines]) {
    if (ids.length > MAX_PROVIDER_BATCHES) {
      throw malformedExtension({ problem: "more entries than seats", entries: ids.length });
    }
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
  const counts = extension.requestDigests.map((entry) => entry.digests.length);
  if (counts.some((count) => count === 0 || count > MAX_BATCH_REQUESTS)) {
    throw malformedExtension({ problem: "a comparison without digests, or with too many" });
  }
}
