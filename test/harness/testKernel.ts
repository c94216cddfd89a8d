import {
  AggregationKind,
  DataType,
  type GenesisArtifact,
  type GenesisVersion,
  type Kernel,
  Manifest,
  Model,
  SeedKind,
  ValueSet,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import type { TestAccount } from "./identities.js";

/** What tests vary about a kernel. */
export interface KernelOptions {
  readonly name: string;
  readonly seed?: Manifest["seed"]["kind"];
  readonly byCode?: boolean;
  /** Aggregates by distribution, with this tolerance in millionths. */
  readonly epsilon?: bigint;
  readonly gas?: bigint;
  readonly committee?: {
    readonly target: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  readonly price?: bigint;
}

/** Numbers of the vector of a kernel that aggregates by distribution. */
const PAIR = { minimum: 2n, maximum: 2n };

const MODEL = utf8("a model that no test runs");
const INFER = utf8("export async function infer(input) { return input }");
const VECTOR = utf8("a test vector");
const AGGREGATE = utf8("export function aggregate(reveals) { return reveals[0] }");

/** A manifest of one float vector in and one label out; artifacts are placeholders. */
export function testManifest(options: KernelOptions): Manifest {
  const byCode = options.byCode === true;
  const one = { minimum: 1n, maximum: 1n };
  return Manifest.create({
    format: 1,
    name: options.name,
    modelEngine: MODEL_ENGINE,
    codeEngine: CODE_ENGINE,
    models: [Model.create({ name: "net", digest: sha256(MODEL) })],
    inferenceCodeDigest: sha256(INFER),
    aggregation: {
      kind: byCode ? AggregationKind.CODE : nearOrExact(options),
      epsilonMillionths: options.epsilon ?? 0n,
      codeDigest: byCode ? sha256(AGGREGATE) : new Uint8Array(0),
      gasLimit: byCode ? 10_000n : 0n,
    },
    inputs: [field("image", DataType.FLOAT32, [one, { minimum: 4n, maximum: 4n }])],
    outputs: [
      field("label", DataType.INT64, [one]),
      ...(options.epsilon === undefined ? [] : [field("probs", DataType.INT32, [PAIR])]),
    ],
    seed: { kind: options.seed ?? SeedKind.BEACON, fixed: 0n },
    limits: {
      gas: options.gas ?? 1_000_000n,
      memoryBytes: 33_554_432n,
      outputBytes: options.epsilon === undefined ? 256n : 100n,
    },
    committee: options.committee ?? { target: 4, minimum: 1, maximum: 16 },
    hardware: "cpu",
    testVectors: [sha256(VECTOR)],
    license: "Apache-2.0",
    price: (options.price ?? 2_000n).toString(),
    description: "",
  });
}

function nearOrExact({ epsilon }: KernelOptions): Manifest["aggregation"]["kind"] {
  return epsilon === undefined ? AggregationKind.EXACT : AggregationKind.DISTRIBUTION;
}

/**
 * An output of a kernel that aggregates by distribution: a label and two probabilities in
 * millionths.
 */
export function nearOutput(label: number, probs: readonly [number, number]): Uint8Array {
  const values = [
    {
      name: "label",
      dataType: DataType.INT64,
      dims: [1n],
      data: new Uint8Array(BigInt64Array.of(BigInt(label)).buffer),
    },
    {
      name: "probs",
      dataType: DataType.INT32,
      dims: [PAIR.maximum],
      data: new Uint8Array(Int32Array.from(probs).buffer),
    },
  ];
  return ValueSet.encode({ values });
}

function field(
  name: string,
  dataType: Manifest["inputs"][number]["dataType"],
  shape: Manifest["inputs"][number]["shape"],
): Manifest["inputs"][number] {
  return { name, dataType, shape, maxBytes: 0n, allowNonFinite: false };
}

/** An input of {@link testManifest}: four small floats. */
export function testInput(first: number): Uint8Array {
  const data = new Uint8Array(16);
  data[0] = first & 0xff;
  data[1] = (first >> 8) & 0x7f;
  const value = { name: "image", dataType: DataType.FLOAT32, dims: [1n, 4n], data };
  return ValueSet.encode({ values: [value] });
}

/** What a genesis file holds for active kernels. */
export interface KernelGenesis {
  readonly kernels: Kernel[];
  readonly versions: GenesisVersion[];
  readonly artifacts: GenesisArtifact[];
}

/** Genesis parts of kernels that are ACTIVE from the first block. */
export function kernelGenesis(owner: TestAccount, manifests: readonly Manifest[]): KernelGenesis {
  const kernels: Kernel[] = [];
  const versions: GenesisVersion[] = [];
  const references = new Map<Uint8Array, bigint>();
  for (const [index, manifest] of manifests.entries()) {
    const bytes = Manifest.encode(manifest);
    const manifestHash = sha256(bytes);
    const id = computeVersionId(manifest.name, manifestHash, []);
    const kernelId = BigInt(index + 1);
    kernels.push({
      id: kernelId,
      name: manifest.name,
      owner: owner.text,
      headVersionId: id,
      versionCount: 1n,
      createdHeight: 0n,
      price: "",
    });
    versions.push({
      version: {
        id,
        kernelId,
        number: 1n,
        manifestHash,
        parents: [],
        status: VersionStatus.ACTIVE,
        reason: "",
        publisher: owner.text,
        deposit: coin("unes", 0n),
        validationFee: coin("unes", 0n),
        publishedHeight: 0n,
        modelGas: 0n,
        peakTensorBytes: 0n,
        bucketGas: [],
        wasHead: true,
        suspendedUntil: 0n,
        validationAttempts: 0,
        validationHeight: 0n,
        revokedHeight: 0n,
      },
      manifest: bytes,
    });
    const byCode = manifest.aggregation.kind === AggregationKind.CODE;
    for (const artifact of byCode ? [MODEL, INFER, VECTOR, AGGREGATE] : [MODEL, INFER, VECTOR]) {
      references.set(artifact, (references.get(artifact) ?? 0n) + 1n);
    }
  }
  const artifacts = [...references].map(([data, count], index) =>
    artifactOf(owner, { data, count, uploadId: BigInt(index + 1) }),
  );
  return { kernels, versions, artifacts };
}

function artifactOf(
  owner: TestAccount,
  given: { readonly data: Uint8Array; readonly count: bigint; readonly uploadId: bigint },
): GenesisArtifact {
  const { data, count, uploadId } = given;
  return {
    artifact: {
      uploadId,
      digest: sha256(data),
      size: BigInt(data.length),
      chunkSize: 262_144n,
      receivedChunks: new Uint8Array(0),
      complete: true,
      references: count,
      uploader: owner.text,
      deposit: coin("unes", 0n),
      expiryHeight: 0n,
    },
    chunks: [{ index: 0n, data }],
  };
}
