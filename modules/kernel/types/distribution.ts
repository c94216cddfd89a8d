import {
  AggregationKind,
  type Field,
  type Manifest,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { divFloor } from "#core/primitives/intMath.js";
import { dataTypeName, findElementType } from "./dataTypes.js";
import { NATIVE_ENGINE } from "./engines.js";
import { invalidManifest } from "./errors.js";
import { VECTOR_TYPE } from "./samples.js";

/** Millionths in one. */
export const MILLION = 1_000_000n;

/** Numbers in all int32 outputs of a kernel that aggregates by distribution: 64 KiB of them. */
export const MAX_VECTOR_NUMBERS = 16_384n;

/** Gas of an answer that is aggregated by distribution, whatever it holds. */
const ANSWER_GAS = 1_000n;
/** Gas of a byte of an answer, which is decoded and checked: 2.5 ns, at 10^10 gas a second. */
const BYTE_GAS = 25n;
/** Gas of comparing two numbers: 1.5 ns. */
const NUMBER_GAS = 15n;

/** What of a manifest decides how its answers become one. */
type Aggregated = Pick<Manifest, "aggregation" | "outputs" | "modelEngine" | "buckets">;

/** Whether models run on the processor itself, whose last bits are not the same everywhere. */
export function isNative({ modelEngine }: Pick<Manifest, "modelEngine">): boolean {
  return modelEngine.name === NATIVE_ENGINE.name;
}

/** Whether members' answers are lawfully not equal, so that every member publishes its own. */
export function answersDiffer({ aggregation }: Pick<Manifest, "aggregation">): boolean {
  return aggregation.kind !== AggregationKind.EXACT;
}

/** Whether answers within a tolerance of each other agree. */
export function isByDistribution({ aggregation }: Pick<Manifest, "aggregation">): boolean {
  return aggregation.kind === AggregationKind.DISTRIBUTION;
}

/**
 * Checks what ties engine, outputs and aggregation together; errors are `kernel/8`. Equal bits are
 * not to be had of the native engine: its kernels aggregate by distribution, and have no buckets,
 * whose measured gas all providers must agree on. With distribution every output is compared in
 * whole numbers.
 */
export function validateDistribution(manifest: Aggregated): void {
  const { modelEngine, aggregation, outputs, buckets } = manifest;
  const native = isNative(manifest);
  if (isByDistribution(manifest)) {
    const { epsilonMillionths } = aggregation;
    const inRange = epsilonMillionths > 0n && epsilonMillionths < MILLION;
    demand(inRange, "aggregation.epsilon_millionths", epsilonMillionths);
    validateOutputs(outputs);
  } else {
    demand(!native, "model_engine.name", `${modelEngine.name} without distribution`);
  }
  const measured = native && buckets.length > 0;
  demand(!measured, "model_engine.name", `${modelEngine.name} with buckets`);
}

function validateOutputs(outputs: readonly Field[]): void {
  const vectors = outputs.filter(({ dataType }) => dataType === VECTOR_TYPE);
  demand(vectors.length > 0, "aggregation.kind", "distribution without an int32 output");
  const open = vectors.find(({ shape }) => shape.some((one) => one.minimum !== one.maximum));
  demand(open === undefined, "aggregation.kind", `distribution of the open shape of ${open?.name}`);
  const numbers = vectorNumbers(outputs);
  const fits = numbers <= MAX_VECTOR_NUMBERS;
  demand(fits, "aggregation.kind", `distribution of ${numbers} numbers`);
  for (const [index, { dataType }] of outputs.entries()) {
    const isFloat = findElementType(dataType)?.float === true;
    demand(!isFloat, `outputs[${index}].data_type`, dataTypeName(dataType));
  }
}

/** Numbers in all int32 outputs. */
function vectorNumbers(outputs: readonly Field[]): bigint {
  let numbers = 0n;
  for (const { dataType, shape } of outputs) {
    if (dataType !== VECTOR_TYPE) continue;
    numbers += shape.reduce((product, { maximum }) => product * maximum, 1n);
  }
  return numbers;
}

/** Gas of aggregating answers of so many bytes in all by distribution: each compared with each. */
export function distributionGas(
  { outputs }: Pick<Manifest, "outputs">,
  answers: { readonly count: number; readonly bytes: bigint },
): bigint {
  const count = BigInt(answers.count);
  const pairs = divFloor(count * (count - 1n), 2n);
  return (
    ANSWER_GAS * count + BYTE_GAS * answers.bytes + NUMBER_GAS * pairs * vectorNumbers(outputs)
  );
}

/**
 * Most gas that aggregating one input takes when so many seats answer it; 0 without aggregation.
 */
export function largestAggregationGas(manifest: Manifest, seats: number): bigint {
  if (!isByDistribution(manifest)) return manifest.aggregation.gasLimit;
  const bytes = manifest.limits.outputBytes * BigInt(seats);
  return distributionGas(manifest, { count: seats, bytes });
}

function demand(holds: boolean, field: string, found: string | bigint): void {
  if (!holds) throw invalidManifest({ field, found });
}
