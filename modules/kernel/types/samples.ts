import { DataType, type Field, type Value } from "#core/codec/generated/aivm/kernel/v1.js";
import { attempt } from "#core/codec/attempt.js";
import { domainHash } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { concatBytes, toHex, uint64ToBytes } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { checkInput } from "./values.js";

/** The type of outputs that are vectors of millionths where answers are compared by distance. */
export const VECTOR_TYPE = DataType.INT32;

/** Bytes of a vector's number. */
const NUMBER_BYTES = 4;

/** An output of a kernel that aggregates by distribution, as it is compared with others. */
export interface Sample {
  /**
   * Equal for outputs that have a distance; others are farther from each other than any tolerance.
   */
  readonly key: string;
  /** The int32 outputs in their order, in millionths. */
  readonly vectors: readonly Int32Array[];
}

/** Reads a canonical output; undefined when it does not fit the declared fields. */
export function readSample(outputs: readonly Field[], bytes: Uint8Array): Sample | undefined {
  const set = attempt(() => checkInput(outputs, bytes));
  if (set instanceof ChainError) return undefined;
  const isVector = ({ dataType }: Value): boolean => dataType === VECTOR_TYPE;
  return {
    key: keyOf(set.values.filter((value) => !isVector(value))),
    vectors: set.values.filter(isVector).map(({ data }) => readIntegers(data)),
  };
}

/** What must be equal: values of every other type. Shapes of vectors are fixed. */
function keyOf(values: readonly Value[]): string {
  const parts = values.flatMap(({ dims, data }) => [concatBytes(...dims.map(uint64ToBytes)), data]);
  return toHex(domainHash("aivm/sample/v1", ...parts));
}

function readIntegers(data: Uint8Array): Int32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const integers = new Int32Array(data.length >> 2);
  for (let index = 0; index < integers.length; index++) {
    integers[index] = view.getInt32(NUMBER_BYTES * index, true);
  }
  return integers;
}

/**
 * Twice the distance of two outputs of one schema, in millionths: the largest, over their vectors,
 * of the sum of absolute differences. Of probabilities that is twice the total variation, so that
 * no event's probability differs by more than half of it. Undefined when it exceeds `maximum` or
 * there is none. Sums stay below `maximum` + 2^32, far within what a number holds exactly.
 */
export function doubledDistance(a: Sample, b: Sample, maximum: number): number | undefined {
  if (a.key !== b.key) return undefined;
  let largest = 0;
  for (const [index, vector] of a.vectors.entries()) {
    const other = assertDefined(b.vectors[index], "samples of one schema have the same vectors");
    const sum = sumOfDifferences(vector, other, maximum);
    if (sum > maximum) return undefined;
    if (sum > largest) largest = sum;
  }
  return largest;
}

function sumOfDifferences(a: Int32Array, b: Int32Array, maximum: number): number {
  let sum = 0;
  for (let index = 0; index < a.length && sum <= maximum; index++) {
    sum += Math.abs((a[index] ?? 0) - (b[index] ?? 0));
  }
  return sum;
}
