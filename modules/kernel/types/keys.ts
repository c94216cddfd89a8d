import {
  concatBytes,
  uint32FromBytes,
  uint32ToBytes,
  uint64FromBytes,
  uint64ToBytes,
} from "#core/primitives/bytes.js";

/** Name of the module and of the module account that holds deposits and validation fees. */
export const KERNEL_MODULE = "kernel";

/** Name of the tree store: everything but the bytes of artifacts. */
export const KERNEL_STORE = "kernel";

/** Name of the blob store: the bytes of artifacts, which no hash of the state covers. */
export const KERNEL_BLOB_STORE = "kernel_blobs";

/**
 * Prefixes of the tree store: key → value.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | | Params |
 * | 0x01 | | next kernel id, 8 bytes |
 * | 0x02 | | next upload id, 8 bytes |
 * | 0x03 | kernel id | Kernel |
 * | 0x04 | name | kernel id, 8 bytes |
 * | 0x05 | version id | Version |
 * | 0x06 | version id | canonical manifest |
 * | 0x07 | kernel id, number | version id |
 * | 0x08 | height to be passed, version id | nothing: versions that wait for a validation job |
 * | 0x09 | digest | Artifact that is complete |
 * | 0x0a | digest, uploader | Artifact that is being uploaded |
 * | 0x0b | height, digest, uploader | nothing: when an artifact or upload is dropped |
 * | 0x0c | upload id | chunks of a dropped upload that are still to be deleted, 8 bytes |
 * | 0x0d | kernel id | Access, of kernels that not everybody may run |
 * | 0x0e | kernel id | Royalty, of kernels whose owner does not get everything |
 * | 0x0f | kernel id, number | ShadowRun: the latest of a version |
 * | 0x10 | kernel id | number of the version that repeats what the head answers, 8 bytes |
 * | 0x11 | kernel id | ShadowPolicy, of kernels whose head is not replaced without a shadow run |
 * | 0x12 | version id | nothing: versions taken down while they wait, until the next block begins |
 * | 0x13 | upload id, chunk index, 8 bytes each | SHA-256 of the chunk in the blob store |
 */
export const PREFIX = {
  params: 0x00,
  nextKernelId: 0x01,
  nextUploadId: 0x02,
  kernel: 0x03,
  kernelName: 0x04,
  version: 0x05,
  manifest: 0x06,
  versionNumber: 0x07,
  waiting: 0x08,
  artifact: 0x09,
  upload: 0x0a,
  expiry: 0x0b,
  removal: 0x0c,
  access: 0x0d,
  royalty: 0x0e,
  shadowRun: 0x0f,
  runningShadow: 0x10,
  shadowPolicy: 0x11,
  revokedWaiting: 0x12,
  chunkDigest: 0x13,
} as const;

/** Where a chunk lies in the blob store. */
export interface ChunkPlace {
  readonly uploadId: bigint;
  /** From 0. */
  readonly index: number;
}

/** Key of the blob store: upload id, 8 bytes, and index of the chunk, 4 bytes, both big-endian. */
export function chunkKey({ uploadId, index }: ChunkPlace): Uint8Array {
  return concatBytes(uint64ToBytes(uploadId), uint32ToBytes(index));
}

/** Inverse of {@link chunkKey}. */
export function chunkPlace(key: Uint8Array): ChunkPlace {
  return { uploadId: uint64FromBytes(key), index: uint32FromBytes(key.subarray(8)) };
}
