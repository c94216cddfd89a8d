import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { bucketName, bucketsAndBound } from "#modules/kernel/types/buckets.js";

/** A bucket of a kernel's inputs, or in the last place the bound of its schema. */
export interface KernelBucket {
  /** `bucket tokens=32`, `bound tokens=512`. */
  readonly bucket: string;
  /** What an execution may take, and is charged. */
  readonly gas: bigint;
  /** What its costliest test vector took; undefined where that is not known. */
  readonly measuredGas: bigint | undefined;
}

/**
 * The buckets of a kernel and its bound; none for a kernel without buckets. `measured` is the
 * `bucket_gas` of a version or of a validation report.
 */
export function kernelBuckets(
  manifest: Manifest,
  measured: readonly bigint[] = [],
): readonly KernelBucket[] {
  if (manifest.buckets.length === 0) return [];
  return bucketsAndBound(manifest).map(({ gas }, position) => ({
    bucket: bucketName(manifest, position),
    gas,
    measuredGas: measured[position],
  }));
}
