import {
  type Bucket,
  type Field,
  type Manifest,
  type Value,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { findElementType } from "./dataTypes.js";
import { invalidManifest } from "./errors.js";

/** Buckets of one kernel. */
export const MAX_BUCKETS = 8;

/** What of a manifest decides the gas of an input. */
export type BucketedSchema = Pick<Manifest, "inputs" | "buckets" | "limits">;

/** An extent of the inputs that is not fixed: of a tensor's axis, or the bytes of a string. */
export interface BoundedDimension {
  /** Position of its field among the inputs. */
  readonly input: number;
  readonly field: Field;
  /** Axis of the tensor; undefined for the bytes of a string or of bytes. */
  readonly axis: number | undefined;
  /** Least extent that a bucket may have: 1 for bytes, whose values may be empty. */
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** The bounded dimensions of the inputs, in the order in which they are declared. */
export function boundedDimensions(inputs: readonly Field[]): BoundedDimension[] {
  return inputs.flatMap((field, input): BoundedDimension[] => {
    if (findElementType(field.dataType)?.size === 0) {
      return [{ input, field, axis: undefined, minimum: 1n, maximum: field.maxBytes }];
    }
    return field.shape.flatMap(({ minimum, maximum }, axis) =>
      minimum < maximum ? [{ input, field, axis, minimum, maximum }] : [],
    );
  });
}

/**
 * Checks the buckets of a manifest whose inputs and limits are valid: extents within what the
 * inputs declare, each bucket smaller than the next in some extent and larger in none, the last one
 * so compared with the bound; gas that ascends and stays below the limit. Errors are `kernel/8`.
 */
export function validateBuckets({ inputs, buckets, limits }: BucketedSchema): void {
  if (buckets.length === 0) return;
  const dimensions = boundedDimensions(inputs);
  demand(buckets.length <= MAX_BUCKETS, "buckets", `${buckets.length} buckets`);
  demand(dimensions.length > 0, "buckets", "buckets of inputs without a bounded dimension");
  for (const [index, bucket] of buckets.entries()) {
    validateExtents(bucket, dimensions, `buckets[${index}].extents`);
  }
  const all = bucketsAndBound({ inputs, buckets, limits });
  for (const [index, bucket] of buckets.entries()) {
    const next = assertDefined(all[index + 1], "the bound follows the last bucket");
    const at = `buckets[${index}]`;
    demand(isSmaller(bucket, next), `${at}.extents`, extentsText(bucket.extents));
    demand(bucket.gas >= 1n && bucket.gas < next.gas, `${at}.gas`, bucket.gas);
  }
}

function validateExtents(
  { extents }: Bucket,
  dimensions: readonly BoundedDimension[],
  at: string,
): void {
  demand(extents.length === dimensions.length, at, extentsText(extents));
  for (const [index, { minimum, maximum }] of dimensions.entries()) {
    const extent = extents[index] ?? 0n;
    demand(extent >= minimum && extent <= maximum, `${at}[${index}]`, extent);
  }
}

/** In no extent larger, in one at least less. */
function isSmaller(bucket: Bucket, next: Bucket): boolean {
  return fits(bucket.extents, next) && !fits(next.extents, bucket);
}

function fits(extents: readonly bigint[], bucket: Bucket): boolean {
  return extents.every((extent, index) => extent <= (bucket.extents[index] ?? 0n));
}

function demand(holds: boolean, field: string, found: string | bigint): void {
  if (!holds) throw invalidManifest({ field, found });
}

function extentsText(extents: readonly bigint[]): string {
  return extents.length === 0 ? "no extents" : extents.join(", ");
}

/**
 * The buckets of a manifest and, in the last place, the bound that the schema declares, whose gas
 * is the kernel's limit. A kernel without buckets has the bound alone.
 */
export function bucketsAndBound({ inputs, buckets, limits }: BucketedSchema): readonly Bucket[] {
  const extents = boundedDimensions(inputs).map(({ maximum }) => maximum);
  return [...buckets, { extents, gas: limits.gas }];
}

/**
 * Position among `bucketsAndBound` of the first bucket that an input fits; of the bound when it
 * fits none. Of values that fit the schema, in its order.
 */
export function findBucket(
  { inputs, buckets }: BucketedSchema,
  values: ReadonlyArray<Pick<Value, "dims" | "data">>,
): number {
  if (buckets.length === 0) return 0;
  const extents = boundedDimensions(inputs).map(({ input, axis }) => {
    const value = values[input];
    return axis === undefined ? BigInt(value?.data.length ?? 0) : (value?.dims[axis] ?? 0n);
  });
  const found = buckets.findIndex((bucket) => fits(extents, bucket));
  return found < 0 ? buckets.length : found;
}

/** As {@link findBucket}, of the canonical bytes of an input that fits the schema. */
export function findBucketOf(schema: BucketedSchema, input: Uint8Array): number {
  return schema.buckets.length === 0 ? 0 : findBucket(schema, ValueSet.decode(input).values);
}

/** Gas of one execution on an input of the bucket at a position among `bucketsAndBound`. */
export function gasOfBucket({ buckets, limits }: BucketedSchema, position: number): bigint {
  return buckets[position]?.gas ?? limits.gas;
}

/**
 * Gas that one execution on an input may take and that is charged for it: its bucket's, or the
 * kernel's limit. Of values that fit the schema, in its order.
 */
export function executionGas(
  schema: BucketedSchema,
  values: ReadonlyArray<Pick<Value, "dims" | "data">>,
): bigint {
  return gasOfBucket(schema, findBucket(schema, values));
}

/** A bucket as an Aivmfile writes its extents: `tokens=32`, `left=32 right=64`, `image=64x64`. */
export function bucketText(inputs: readonly Field[], { extents }: Pick<Bucket, "extents">): string {
  const byField = new Map<string, bigint[]>();
  for (const [index, { field }] of boundedDimensions(inputs).entries()) {
    byField.set(field.name, [...(byField.get(field.name) ?? []), extents[index] ?? 0n]);
  }
  return [...byField].map(([name, sizes]) => `${name}=${sizes.join("x")}`).join(" ");
}

/**
 * A bucket by its position among `bucketsAndBound`, in words: `bucket tokens=32`, `bound
 * tokens=512`.
 */
export function bucketName(schema: BucketedSchema, position: number): string {
  const bucket = assertDefined(bucketsAndBound(schema)[position], "the bucket is the schema's");
  const kind = position < schema.buckets.length ? "bucket" : "bound";
  return `${kind} ${bucketText(schema.inputs, bucket)}`;
}
