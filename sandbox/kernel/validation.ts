import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  TestVector,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { maxBig } from "#core/primitives/intMath.js";
import { bucketName, findBucket, gasOfBucket } from "#modules/kernel/types/buckets.js";
import type { ExecutionOutcome } from "../executor.js";
import { ModelRefusal } from "../onnx/errors.js";
import { MAX_PEAK_TENSOR_BYTES } from "../onnx/profile.js";
import { RuntimeRefusal } from "../onnx/session.js";
import { successOutcome } from "../receipts.js";
import { BucketGas } from "./bucketGas.js";
import type { LoadedKernel } from "./loadedKernel.js";
import { findBrokenPromise, findDeparture } from "./promisedOutput.js";

/** What a validation needs to get at a kernel. */
export interface ValidationSource {
  /** Loads the kernel; throws as `LoadedKernel.load` does. */
  load(): Promise<LoadedKernel>;
  /** Reads an artifact. */
  read(digest: Uint8Array): Promise<Uint8Array>;
}

/** Longest reason of a report. */
const MAX_REASON_LENGTH = 200;

/** Why a version is rejected. */
class Rejection extends Error {}

/**
 * Validates a kernel version: its models are within the profile and bounded in memory, its test
 * vectors give the outputs they promise. The outcome is a receipt whose output is a report that
 * every host reaches alike; faults of the host are thrown.
 */
export async function validateKernel(
  manifest: Manifest,
  source: ValidationSource,
): Promise<ExecutionOutcome> {
  let report: ValidationReport;
  try {
    report = await measure(manifest, source);
  } catch (error) {
    report = ValidationReport.create({ reason: rejectionReason(error) });
  }
  return successOutcome(ValidationReport.encode(report), { gasUsed: report.modelGas });
}

async function measure(manifest: Manifest, source: ValidationSource): Promise<ValidationReport> {
  const kernel = await source.load();
  let peakTensorBytes = 0n;
  for (const [index, model] of kernel.models.entries()) {
    const cost = await model.largestCost();
    if (cost.peakTensorBytes > MAX_PEAK_TENSOR_BYTES) {
      const name = manifest.models[index]?.name ?? "";
      throw new Rejection(`model ${name} needs ${cost.peakTensorBytes} bytes of tensors`);
    }
    peakTensorBytes = maxBig(peakTensorBytes, cost.peakTensorBytes);
  }
  let modelGas = 0n;
  const buckets = new BucketGas(manifest);
  for (const [index, digest] of manifest.testVectors.entries()) {
    const vector = readVector(await source.read(digest), index);
    const broken = findBrokenPromise(manifest, vector);
    if (broken !== undefined) throw new Rejection(`test vector ${index} ${broken}`);
    const measured = await runVector({ manifest, kernel }, vector, index);
    modelGas = maxBig(modelGas, measured.modelGas);
    buckets.observe(measured.bucket, measured.gasUsed);
  }
  const { unmeasured, report: bucketGas } = buckets;
  if (unmeasured !== undefined) throw new Rejection(`no test vector is in ${unmeasured}`);
  return ValidationReport.create({ accepted: true, modelGas, peakTensorBytes, bucketGas });
}

/** What one test vector took. */
interface MeasuredVector {
  /** Gas of its models. */
  readonly modelGas: bigint;
  /** Gas of code and models together. */
  readonly gasUsed: bigint;
  /** Position of the bucket that its input belongs to. */
  readonly bucket: number;
}

async function runVector(
  { manifest, kernel }: { readonly manifest: Manifest; readonly kernel: LoadedKernel },
  vector: TestVector,
  index: number,
): Promise<MeasuredVector> {
  const input = ValueSet.encode(vector.input);
  const { outcome, modelGas } = await kernel
    .execute({ input, seed: vector.seed })
    .catch((error: unknown) => {
      if (!(error instanceof ChainError)) throw error;
      throw new Rejection(`test vector ${index}: ${error.message}`);
    });
  const { status, gasUsed } = outcome.receipt;
  const bucket = findBucket(manifest, vector.input.values);
  if (status === ReceiptStatus.OUT_OF_GAS && manifest.buckets.length > 0) {
    const gas = gasOfBucket(manifest, bucket);
    const name = bucketName(manifest, bucket);
    throw new Rejection(`test vector ${index} takes more than the ${gas} gas of ${name}`);
  }
  if (status !== ReceiptStatus.OK)
    throw new Rejection(`test vector ${index} ends with status ${status}`);
  const departure = findDeparture(manifest, vector, outcome.output);
  if (departure !== undefined) throw new Rejection(`test vector ${index} ${departure}`);
  return { modelGas, gasUsed, bucket };
}

function readVector(bytes: Uint8Array, index: number): TestVector {
  try {
    const vector = TestVector.decodeCanonical(bytes);
    if (vector.seed.length === 32) return vector;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
  }
  throw new Rejection(`test vector ${index} is malformed`);
}

/** The phrase of a rejection, in printable ASCII; anything else that was thrown goes on. */
function rejectionReason(error: unknown): string {
  if (error instanceof RuntimeRefusal) return "the model runtime refuses a model";
  if (error instanceof Rejection || error instanceof ModelRefusal) {
    return error.message.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, MAX_REASON_LENGTH);
  }
  throw error;
}
