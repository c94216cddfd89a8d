import type { Manifest, TestVector } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { isByDistribution } from "#modules/kernel/types/distribution.js";
import { doubledDistance, readSample } from "#modules/kernel/types/samples.js";

/** What is wrong with the output that a test vector promises; undefined when nothing is. */
export function findBrokenPromise(manifest: Manifest, vector: TestVector): string | undefined {
  const { output, outputDigest } = vector;
  if (!isByDistribution(manifest)) {
    return output.length === 0
      ? undefined
      : "carries an output, which only its digest may stand for";
  }
  if (output.length === 0) return "carries no output to be near to";
  if (!equalBytes(sha256(output), outputDigest)) return "carries an output of another digest";
  return readSample(manifest.outputs, output) === undefined
    ? "carries an output that does not fit the manifest"
    : undefined;
}

/**
 * How an output departs from what a test vector promises, undefined when it keeps the promise: the
 * same bytes or, where answers are aggregated by distribution, within the tolerance. Of a vector
 * without {@link findBrokenPromise}.
 */
export function findDeparture(
  manifest: Manifest,
  { output, outputDigest }: Pick<TestVector, "output" | "outputDigest">,
  found: Uint8Array,
): string | undefined {
  if (equalBytes(sha256(found), outputDigest)) return undefined;
  if (!isByDistribution(manifest)) return "gives another output";
  const { outputs, aggregation } = manifest;
  const [promised, given] = [output, found].map((bytes) => readSample(outputs, bytes));
  const maximum = Number(2n * aggregation.epsilonMillionths);
  const isNear =
    promised !== undefined &&
    given !== undefined &&
    doubledDistance(promised, given, maximum) !== undefined;
  return isNear ? undefined : "gives an output farther than the tolerance from the promised one";
}
