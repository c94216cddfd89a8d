import { BASE_DENOM } from "#app/chain.js";
import { type Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { attempt } from "#core/codec/attempt.js";
import { sha256 } from "#core/crypto/hash.js";
import { ChainError } from "#core/primitives/errors.js";
import { completeManifest } from "#modules/kernel/types/aivmfile.js";
import { placeManifestError } from "#modules/kernel/types/aivmfile/placeManifestError.js";
import { validateManifest } from "#modules/kernel/types/manifest.js";
import { defaultParams } from "#modules/kernel/types/params.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { parseModel } from "#sandbox/onnx/model.js";
import { checkProfile } from "#sandbox/onnx/profileCheck.js";
import { type ModelSignature, readSignature } from "#sandbox/onnx/signature.js";
import { checkAdapters } from "./checkAdapters.js";
import { badVector, bucketUntested, modelRefused } from "./errors.js";
import type { KernelSource, SourceVector } from "./kernelSource.js";
import { requireFilesFit } from "./requireFilesFit.js";
import { findUntested, vectorBucket } from "./vectorBuckets.js";

const MEBIBYTE = 1n << 20n;

/** A model that validators take. */
export interface CheckedModel {
  readonly name: string;
  readonly file: string;
  readonly nodes: number;
  readonly signature: ModelSignature;
}

/**
 * Checks everything that can be checked without running anything: the manifest's rules under the
 * parameters of a new chain, every model, every vector's input and expectation. Fails with
 * `kernel/13`, `author/3`, `author/4` or `author/15`.
 */
export function checkSource(source: KernelSource): readonly CheckedModel[] {
  // What the vectors will have as digests is known when they ran; here only their number counts.
  const manifest = manifestOf(
    source,
    source.vectors.map(({ file }) => digestOfName(file)),
  );
  validatePlaced(source, manifest);
  requireFilesFit(source, manifest);
  const models = source.models.map(checkModel);
  checkAdapters(source.models);
  const buckets = source.vectors.map((vector) => checkVector(manifest, vector));
  const untested = findUntested(manifest, buckets);
  if (untested !== undefined) throw bucketUntested({ bucket: untested });
  return models;
}

/** A rule that is broken is named with the place of the word that breaks it. */
function validatePlaced({ compiled }: KernelSource, manifest: Manifest): void {
  const bounds = defaultParams(BASE_DENOM);
  const error = attempt(() => {
    validateManifest(manifest, bounds);
  });
  if (error instanceof ChainError) throw placeManifestError(error, compiled, bounds);
}

/** The manifest of a kernel whose test vectors have these digests. */
export function manifestOf(
  { compiled, models, libraries, data, inferenceCode, aggregationCode }: KernelSource,
  testVectors: readonly Uint8Array[],
): Manifest {
  return completeManifest(compiled, {
    models: models.map(({ bytes }) => sha256(bytes)),
    adapters: models.map(({ adapter }) => adapter && sha256(adapter.bytes)),
    libraries: libraries.map(({ bytes }) => sha256(bytes)),
    data: data.map(({ bytes }) => sha256(bytes)),
    inferenceCode: sha256(inferenceCode.bytes),
    ...(aggregationCode === undefined ? {} : { aggregationCode: sha256(aggregationCode.bytes) }),
    testVectors,
  });
}

/** The canonical input of a vector; fails with `author/4`, which names the field. */
export function vectorInput(manifest: Manifest, { file, input }: SourceVector): Uint8Array {
  return ValueSet.encode(fitting(file, () => valuesFromJson(manifest.inputs, input)));
}

/** Fails with `author/3` for a model of more bytes than artifacts of a new chain may have. */
export function requireModelSize(
  { name, file }: Pick<CheckedModel, "name" | "file">,
  bytes: number,
): void {
  const limit = defaultParams(BASE_DENOM).maxArtifactBytes;
  if (BigInt(bytes) <= limit) return;
  const problem = `${bytes} bytes, a new chain takes artifacts of at most ${limit} (${limit / MEBIBYTE} MiB); quantise it to int8, or split it`;
  throw modelRefused({ model: name, file, problem });
}

function checkModel({ name, file, bytes }: KernelSource["models"][number]): CheckedModel {
  requireModelSize({ name, file }, bytes.length);
  try {
    const model = parseModel(bytes);
    checkProfile(model);
    const { nodes = [] } = model.graph;
    return { name, file, nodes: nodes.length, signature: readSignature(model) };
  } catch (error) {
    if (!(error instanceof ModelRefusal)) throw error;
    throw modelRefused({ model: name, file, problem: error.message });
  }
}

/** The bucket that the vector is in; undefined for a kernel without buckets. */
function checkVector(manifest: Manifest, vector: SourceVector): string | undefined {
  const input = vectorInput(manifest, vector);
  const { file, expect } = vector;
  for (const [name, value] of Object.entries(expect)) {
    const field = manifest.outputs.find((output) => output.name === name);
    if (field === undefined) throw badVector({ file, problem: `expect.${name} is no OUTPUT` });
    fitting(file, () => valuesFromJson([field], { [name]: value }));
  }
  return vectorBucket(manifest, input);
}

function fitting<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ChainError) throw badVector({ file, problem: error.message });
    throw error;
  }
}

function digestOfName(file: string): Uint8Array {
  return sha256(new TextEncoder().encode(file));
}
