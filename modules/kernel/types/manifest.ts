import {
  type Aggregation,
  AggregationKind,
  type CommitteeSize,
  type Engine,
  type Limits,
  Manifest,
  type Params,
  type Seed,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import { compareText, isStrictlyAscending, sortedBytes } from "#core/primitives/sorted.js";
import { adapterDigests, validateAdapters } from "./adapters.js";
import { validateBuckets } from "./buckets.js";
import { validateDistribution } from "./distribution.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE, engineText } from "./engines.js";
import { invalidManifest, unknownEngine } from "./errors.js";
import { namedFileDigests, validateNamedFiles } from "./namedFiles.js";
import { IDENTIFIER, validateSchema } from "./schema.js";

/** The parameters that bound what a manifest may ask for. */
export type ManifestBounds = Pick<
  Params,
  | "maxGas"
  | "maxMemoryBytes"
  | "maxOutputBytes"
  | "maxInputBytes"
  | "maxCommittee"
  | "maxTestVectors"
  | "engines"
>;

/** Version of the manifest format. */
export const MANIFEST_FORMAT = 1;
/** Models of one kernel. */
export const MAX_MODELS = 8;
/** The code engine's memory grows in pages of this many bytes. */
export const MEMORY_PAGE_BYTES = 65_536n;
/** Least memory of the code engine: what its program, its stack and an empty realm need. */
export const MIN_MEMORY_BYTES = 16_777_216n;
const DIGEST_BYTES = 32;
const MODEL_ENGINES = [MODEL_ENGINE.name, NATIVE_ENGINE.name];
/** Names of kernels, which have 3 to 64 characters. */
export const KERNEL_NAME = /^[a-z](?:-?[a-z0-9])*$/;
/** Versions of engines. */
export const ENGINE_VERSION = /^[0-9A-Za-z.+-]{1,32}$/;
/** An SPDX expression, loosely. */
export const LICENSE = /^[0-9A-Za-z.+() -]{1,64}$/;
/** UTF-16 units of a description. */
export const MAX_DESCRIPTION_LENGTH = 200;
/** Prices of an execution stay below 2^64 unes, far from any overflow in sums. */
const MAX_PRICE = (1n << 64n) - 1n;

/** sha256 of the canonical manifest: identifies a kernel version's content; 32 bytes. */
export function manifestHash(manifest: Manifest): Uint8Array {
  return sha256(Manifest.encode(manifest));
}

/** Digests of every artifact that a manifest names, each once, in byte order. */
export function manifestArtifacts(manifest: Manifest): Uint8Array[] {
  const all = [
    ...manifest.models.map(({ digest }) => digest),
    ...adapterDigests(manifest),
    manifest.inferenceCodeDigest,
    ...namedFileDigests(manifest),
    ...manifest.testVectors,
  ];
  if (manifest.aggregation.kind === AggregationKind.CODE) {
    all.push(manifest.aggregation.codeDigest);
  }
  const distinct = new Map(all.map((digest) => [toHex(digest), digest]));
  return sortedBytes([...distinct.values()]);
}

/**
 * Checks every rule of a manifest that needs no artifact; errors are `kernel/8` and `kernel/9` and
 * name the field. That the bytes are canonical is the decoder's matter.
 */
export function validateManifest(manifest: Manifest, bounds: ManifestBounds): void {
  validateNames(manifest);
  validateEngine(manifest.modelEngine, "model_engine", MODEL_ENGINES, bounds.engines);
  validateEngine(manifest.codeEngine, "code_engine", [CODE_ENGINE.name], bounds.engines);
  validateModels(manifest);
  validateAdapters(manifest);
  validateNamedFiles(manifest);
  demandDigest(manifest.inferenceCodeDigest, "inference_code_digest");
  validateAggregation(manifest.aggregation, bounds);
  validateLimits(manifest.limits, bounds);
  validateSchema(manifest.inputs, "inputs", bounds.maxInputBytes);
  validateSchema(manifest.outputs, "outputs", bounds.maxOutputBytes);
  validateBuckets(manifest);
  validateDistribution(manifest);
  validateSeed(manifest.seed, manifest.aggregation);
  validateCommittee(manifest.committee, bounds);
  validateVectors(manifest.testVectors, bounds);
}

function validateNames(manifest: Manifest): void {
  const { format, name, hardware, license, price, description } = manifest;
  demand(format === MANIFEST_FORMAT, "format", format);
  demand(KERNEL_NAME.test(name) && name.length >= 3 && name.length <= 64, "name", name);
  demand(hardware === "cpu", "hardware", hardware);
  demand(LICENSE.test(license), "license", license);
  demand(isPrice(price), "price", price);
  const oneLine = description.length <= MAX_DESCRIPTION_LENGTH && !hasControl(description);
  demand(oneLine, "description", description);
}

/** Whether a text is a price of an execution: digits of less than 2^64. */
export function isPrice(text: string): boolean {
  const amount = parseUint(text);
  return amount !== undefined && amount <= MAX_PRICE;
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || unit === 0x2028 || unit === 0x2029) {
      return true;
    }
  }
  return false;
}

function validateEngine(
  engine: Engine,
  field: string,
  names: readonly string[],
  known: readonly string[],
): void {
  demand(names.includes(engine.name), `${field}.name`, engine.name);
  demand(ENGINE_VERSION.test(engine.version), `${field}.version`, engine.version);
  demandDigest(engine.binarySha256, `${field}.binary_sha256`);
  const text = engineText(engine);
  if (!known.includes(text)) throw unknownEngine({ field, found: text });
}

function validateModels({ models }: Manifest): void {
  demand(models.length <= MAX_MODELS, "models", `${models.length} models`);
  for (const [index, model] of models.entries()) {
    demand(IDENTIFIER.test(model.name), `models[${index}].name`, model.name);
    demandDigest(model.digest, `models[${index}].digest`);
  }
  const ordered = isStrictlyAscending(models, (a, b) => compareText(a.name, b.name));
  demand(ordered, "models", "names that do not ascend");
}

function validateAggregation(aggregation: Aggregation, bounds: ManifestBounds): void {
  const { kind, epsilonMillionths, codeDigest, gasLimit } = aggregation;
  const known = kind >= AggregationKind.EXACT && kind <= AggregationKind.CODE;
  demand(known, "aggregation.kind", kind);
  const hasEpsilon = kind === AggregationKind.DISTRIBUTION;
  const isClear = hasEpsilon || epsilonMillionths === 0n;
  demand(isClear, "aggregation.epsilon_millionths", epsilonMillionths);
  if (kind === AggregationKind.CODE) {
    demandDigest(codeDigest, "aggregation.code_digest");
    const fits = gasLimit >= 1n && gasLimit <= bounds.maxGas;
    demand(fits, "aggregation.gas_limit", gasLimit);
    return;
  }
  demand(codeDigest.length === 0, "aggregation.code_digest", toHex(codeDigest));
  demand(gasLimit === 0n, "aggregation.gas_limit", gasLimit);
}

function validateLimits(limits: Limits, bounds: ManifestBounds): void {
  const { gas, memoryBytes, outputBytes } = limits;
  demand(gas >= 1n && gas <= bounds.maxGas, "limits.gas", gas);
  const inRange = memoryBytes >= MIN_MEMORY_BYTES && memoryBytes <= bounds.maxMemoryBytes;
  const whole = memoryBytes % MEMORY_PAGE_BYTES === 0n;
  demand(inRange && whole, "limits.memory_bytes", memoryBytes);
  const fits = outputBytes >= 1n && outputBytes <= bounds.maxOutputBytes;
  demand(fits, "limits.output_bytes", outputBytes);
}

/** Members that draw their own seeds cannot reveal equal results. */
function validateSeed(seed: Seed, aggregation: Aggregation): void {
  const { kind } = seed;
  const known = kind >= SeedKind.NONE && kind <= SeedKind.MEMBER;
  demand(known, "seed.kind", kind);
  demand(kind === SeedKind.FIXED || seed.fixed === 0n, "seed.fixed", seed.fixed);
  const agreeable = kind !== SeedKind.MEMBER || aggregation.kind === AggregationKind.CODE;
  demand(agreeable, "seed.kind", "member seeds without aggregation code");
}

function validateCommittee(committee: CommitteeSize, bounds: ManifestBounds): void {
  const { target, minimum, maximum } = committee;
  demand(minimum >= 1, "committee.minimum", minimum);
  demand(target >= minimum && target <= maximum, "committee.target", target);
  demand(maximum <= bounds.maxCommittee, "committee.maximum", maximum);
}

/** Vectors measure a version's gas, so there is at least one. */
function validateVectors(digests: readonly Uint8Array[], bounds: ManifestBounds): void {
  const fits = digests.length >= 1 && digests.length <= bounds.maxTestVectors;
  demand(fits, "test_vectors", `${digests.length} vectors`);
  for (const [index, digest] of digests.entries()) demandDigest(digest, `test_vectors[${index}]`);
}

function demandDigest(digest: Uint8Array, field: string): void {
  demand(digest.length === DIGEST_BYTES, field, `${digest.length} bytes`);
}

function demand(holds: boolean, field: string, found: string | number | bigint): void {
  if (!holds) throw invalidManifest({ field, found });
}
