import type { Params } from "#core/codec/generated/aivm/kernel/v1.js";
import { formatAddress, moduleAddress, parseAddress } from "#core/crypto/address.js";
import { coin, isDenom } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";
import { compareText, isStrictlyAscending } from "#core/primitives/sorted.js";
import { MAX_CHUNKS } from "./chunks.js";
import { CODE_ENGINE, engineText, MODEL_ENGINE, NATIVE_ENGINE } from "./engines.js";
import { MIN_MEMORY_BYTES } from "./manifest.js";
import { invalidParams } from "./registryErrors.js";
import { MAX_SHADOW_REQUESTS } from "./shadow.js";

/** Parameters of a new chain, whose deposits are in `denom`; every default carries its reason. */
export function defaultParams(denom: string): Params {
  return {
    // A model of 25 million float32 weights: what validators hold in memory several times over.
    maxArtifactBytes: 104_857_600n,
    // With signatures and base64 far below the 1 MiB that a mempool takes for one transaction.
    chunkBytes: 262_144n,
    // One artifact of the largest size with code and test vectors.
    maxVersionBytes: 134_217_728n,
    // A megabyte costs one NES for as long as it lies there.
    depositPerByte: "1",
    // Every provider runs every test vector: dear enough that nobody publishes for fun.
    validationFee: coin(denom, 1_000_000n),
    // About a day at one block a second: a slow upload of 400 chunks, with a night's interruption.
    uploadExpiryBlocks: 86_400n,
    // A second of one core in essence, so that a batch of requests stays within its grace.
    maxGas: 10_000_000_000n,
    // Several sandbox processes of this size fit a validator of 8 GB.
    maxMemoryBytes: 536_870_912n,
    // Two of the largest outputs fit a payload.
    maxOutputBytes: 65_536n,
    // Every validator of a CometBFT network of the usual size.
    maxCommittee: 100,
    // Bounds the validation job together with the gas of one execution.
    maxTestVectors: 256,
    // The largest request of the inference module.
    maxInputBytes: 262_144n,
    engines: [MODEL_ENGINE, NATIVE_ENGINE, CODE_ENGINE].map(engineText),
    // None until governance names them: aggregation code runs inside block execution.
    codeAggregationKernels: [],
    // Governance's account, which nobody has a key of: a genesis names another until it governs.
    authority: formatAddress("account", moduleAddress("gov")),
    // Tells agreement of 99 % from one of 97 %; at a digit a second a quarter of an hour.
    maxShadowRequests: 1_000,
  };
}

/**
 * Refuses parameters that cannot work, with the field's name: `kernel/118`, or `sdk/7` for an
 * authority.
 */
export function validateParams(params: Params): void {
  for (const [field, value, { minimum, maximum }] of ranges(params)) {
    if (value >= minimum && value <= maximum) continue;
    throw invalidParams({ field, problem: `not in ${minimum} to ${maximum}`, found: value });
  }
  if (params.maxArtifactBytes > params.chunkBytes * MAX_CHUNKS) {
    throw invalidParams({ field: "chunk_bytes", problem: `more than ${MAX_CHUNKS} chunks` });
  }
  for (const [field, text] of amounts(params)) {
    if (parseUint(text) === undefined) throw invalidParams({ field, problem: "not an amount" });
  }
  if (!isDenom(params.validationFee.denom)) {
    throw invalidParams({ field: "validation_fee", problem: "not a denomination" });
  }
  validateEngines(params.engines);
  requireAscending("code_aggregation_kernels", params.codeAggregationKernels);
  parseAddress("account", params.authority);
}

const ENGINE = /^[0-9a-z-]{1,32}\/[0-9A-Za-z.+-]{1,32}\/[0-9a-f]{64}$/;

function validateEngines(engines: readonly string[]): void {
  const malformed = engines.find((engine) => !ENGINE.test(engine));
  if (malformed === undefined) return;
  throw invalidParams({ field: "engines", problem: "not name/version/hash", found: malformed });
}

function requireAscending(field: string, names: readonly string[]): void {
  if (isStrictlyAscending(names, compareText)) return;
  throw invalidParams({ field, problem: "names do not ascend" });
}

interface Range {
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** Artifacts and versions stay far below what a count of bytes in a `number` can hold. */
const SIZE: Range = { minimum: 1n, maximum: 1n << 40n };
/** Smaller chunks would cost more to keep account of than to store; larger ones fit no block. */
const CHUNK: Range = { minimum: 1_024n, maximum: 1_048_576n };
const COUNT: Range = { minimum: 1n, maximum: 65_536n };
/** None, so that a chain can do without. */
const SHADOWS: Range = { minimum: 0n, maximum: BigInt(MAX_SHADOW_REQUESTS) };
const POSITIVE: Range = { minimum: 1n, maximum: 1n << 62n };

function ranges(params: Params): ReadonlyArray<readonly [string, bigint, Range]> {
  return [
    ["max_artifact_bytes", params.maxArtifactBytes, SIZE],
    ["chunk_bytes", params.chunkBytes, CHUNK],
    ["max_version_bytes", params.maxVersionBytes, SIZE],
    ["upload_expiry_blocks", params.uploadExpiryBlocks, POSITIVE],
    ["max_gas", params.maxGas, POSITIVE],
    ["max_memory_bytes", params.maxMemoryBytes, { ...POSITIVE, minimum: MIN_MEMORY_BYTES }],
    ["max_output_bytes", params.maxOutputBytes, SIZE],
    ["max_committee", BigInt(params.maxCommittee), COUNT],
    ["max_test_vectors", BigInt(params.maxTestVectors), COUNT],
    ["max_input_bytes", params.maxInputBytes, SIZE],
    ["max_shadow_requests", BigInt(params.maxShadowRequests), SHADOWS],
  ];
}

function amounts(params: Params): ReadonlyArray<readonly [string, string]> {
  return [
    ["deposit_per_byte", params.depositPerByte],
    ["validation_fee", params.validationFee.amount],
  ];
}
