import { ReceiptStatus, ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  TestVector,
  ValueSet,
  type Value,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { isByDistribution } from "#modules/kernel/types/distribution.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";
import { findDeparture } from "#sandbox/kernel/promisedOutput.js";
import { shortName } from "#core/codec/shortName.js";
import { manifestOf, vectorInput } from "./checkSource.js";
import { sandboxFailed } from "./errors.js";
import { artifactFiles, type KernelSource, type SourceVector } from "./kernelSource.js";
import type { LocalSandbox } from "./localSandbox.js";
import { promisedOutput } from "./promisedOutput.js";
import { vectorBucket } from "./vectorBuckets.js";

/** How a test vector went. */
export interface VectorResult {
  readonly file: string;
  /** What is wrong; undefined when it gives what it promises. */
  readonly problem: string | undefined;
  readonly gasUsed: bigint;
  /** The bucket that its input belongs to, in words; undefined for a kernel without buckets. */
  readonly bucket: string | undefined;
  /** The vector with the digest of its output; undefined when the kernel failed. */
  readonly vector: TestVector | undefined;
}

/**
 * Runs every vector of a kernel, whose artifacts it puts into the sandbox; results are in the order
 * of the vectors. `onDone` is told of each. Fails with `author/8` when the sandbox does.
 */
export async function runVectors(
  sandbox: LocalSandbox,
  source: KernelSource,
  onDone: (done: number) => void,
): Promise<VectorResult[]> {
  for (const { bytes } of artifactFiles(source)) await sandbox.put(bytes);
  const manifest = manifestOf(source, []);
  let done = 0;
  return Promise.all(
    source.vectors.map(async (vector) => {
      const input = vectorInput(manifest, vector);
      const outcome = await sandbox.execute({ manifest, input, seed: vector.seed });
      onDone((done += 1));
      return judge(manifest, vector, outcome);
    }),
  );
}

function judge(manifest: Manifest, vector: SourceVector, outcome: ExecutionOutcome): VectorResult {
  const { file, seed } = vector;
  const { receipt, output, detail } = receiptOf(outcome);
  const { gasUsed, outputDigest } = receipt;
  const bytes = vectorInput(manifest, vector);
  const facts = { file, gasUsed, bucket: vectorBucket(manifest, bytes) };
  if (receipt.status !== ReceiptStatus.OK) {
    const status = shortName(ReceiptStatusNames, receipt.status);
    const problem = detail === "" ? status : `${status}: ${detail}`;
    return { ...facts, problem, vector: undefined };
  }
  const input = ValueSet.decode(bytes);
  if (isByDistribution(manifest)) return { ...facts, ...judgeNearness(manifest, vector, output) };
  const problem =
    findDifference(manifest, vector, ValueSet.decode(output)) ??
    findOtherDigest(vector, outputDigest);
  return { ...facts, problem, vector: TestVector.create({ input, seed, outputDigest }) };
}

/** What a vector promises is itself part of it, since only what is near can be demanded. */
function judgeNearness(
  manifest: Manifest,
  vector: SourceVector,
  found: Uint8Array,
): Pick<VectorResult, "problem" | "vector"> {
  const input = ValueSet.decode(vectorInput(manifest, vector));
  const promised = promisedOutput(manifest, vector, ValueSet.decode(found));
  const output = assertDefined(promised, "an output has every field");
  const outputDigest = sha256(output);
  const problem =
    findDeparture(manifest, { output, outputDigest }, found) ??
    findOtherDigest(vector, outputDigest);
  return { problem, vector: { input, seed: vector.seed, outputDigest, output } };
}

/** The receipt of an outcome; fails with `author/8` when there is none. */
export function receiptOf(outcome: ExecutionOutcome): ExecutionOutcome & { kind: "receipt" } {
  if (outcome.kind === "receipt") return outcome;
  throw sandboxFailed({ reason: outcome.reason });
}

/** The first output that is not what the vector expects, to the bit. */
function findDifference(
  { outputs }: Manifest,
  { expect }: SourceVector,
  found: ValueSet,
): string | undefined {
  for (const [index, field] of outputs.entries()) {
    const expected = expect[field.name];
    if (expected === undefined) continue;
    const wanted = valuesFromJson([field], { [field.name]: expected });
    const value = assertDefined(found.values[index], "an output has every field");
    if (!sameValue(value, assertDefined(wanted.values[0], "one field gives one value"))) {
      const shown = valuesToJson([field], { values: [value] });
      return `${field.name} is ${JSON.stringify(shown[field.name])}, expected ${JSON.stringify(expected)}`;
    }
  }
  return undefined;
}

function findOtherDigest({ outputDigest }: SourceVector, found: Uint8Array): string | undefined {
  if (outputDigest === undefined || equalBytes(outputDigest, found)) return undefined;
  return `the output hashes to ${toHex(found)}, expected output_digest ${toHex(outputDigest)}`;
}

function sameValue(a: Value, b: Value): boolean {
  return equalBytes(a.data, b.data) && a.dims.join() === b.dims.join();
}
