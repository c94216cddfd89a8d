import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { bucketName, findBucketOf } from "#modules/kernel/types/buckets.js";
import { kernelBuckets } from "#sdk/kernel/kernelBuckets.js";

/** The bucket of a vector's canonical input, in words; undefined for a kernel without buckets. */
export function vectorBucket(manifest: Manifest, input: Uint8Array): string | undefined {
  if (manifest.buckets.length === 0) return undefined;
  return bucketName(manifest, findBucketOf(manifest, input));
}

/**
 * The first bucket, or the bound, that none of these vectors is in; undefined when there is none.
 */
export function findUntested(
  manifest: Manifest,
  buckets: ReadonlyArray<string | undefined>,
): string | undefined {
  return kernelBuckets(manifest).find(({ bucket }) => !buckets.includes(bucket))?.bucket;
}
