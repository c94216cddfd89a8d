import { describe, expect, it } from "vitest";
import {
  AggregationKind,
  DataType,
  Manifest,
  Model,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE, engineText } from "./engines.js";
import { invalidManifest, unknownEngine } from "./errors.js";
import {
  type ManifestBounds,
  manifestArtifacts,
  manifestHash,
  validateManifest,
} from "./manifest.js";

const BOUNDS: ManifestBounds = {
  maxGas: 1_000_000_000n,
  maxMemoryBytes: 268_435_456n,
  maxOutputBytes: 65_536n,
  maxInputBytes: 65_536n,
  maxCommittee: 16,
  maxTestVectors: 4,
  engines: [MODEL_ENGINE, NATIVE_ENGINE, CODE_ENGINE].map(engineText),
};

function digest(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

function valid(): Manifest {
  const shape = [{ minimum: 1n, maximum: 64n }];
  const tensor = { dataType: DataType.FLOAT32, shape, maxBytes: 0n, allowNonFinite: false };
  return Manifest.create({
    format: 1,
    name: "two-nets",
    modelEngine: MODEL_ENGINE,
    codeEngine: CODE_ENGINE,
    models: [
      Model.create({ name: "a", digest: digest(1) }),
      Model.create({ name: "b", digest: digest(2) }),
    ],
    inferenceCodeDigest: digest(3),
    aggregation: {
      kind: AggregationKind.CODE,
      epsilonMillionths: 0n,
      codeDigest: digest(4),
      gasLimit: 5n,
    },
    inputs: [{ name: "x", ...tensor }],
    outputs: [{ name: "y", ...tensor }],
    seed: { kind: SeedKind.MEMBER, fixed: 0n },
    limits: { gas: 1n, memoryBytes: 16_777_216n, outputBytes: 1n },
    committee: { target: 4, minimum: 1, maximum: 16 },
    hardware: "cpu",
    testVectors: [digest(5), digest(5)],
    license: "Apache-2.0 OR MIT",
    price: "2000",
    description: "Reads a digit",
  });
}

const EXACT = {
  kind: AggregationKind.EXACT,
  epsilonMillionths: 0n,
  codeDigest: new Uint8Array(0),
  gasLimit: 0n,
};

const NEAR = { ...EXACT, kind: AggregationKind.DISTRIBUTION, epsilonMillionths: 1n };
const FIXED = { kind: SeedKind.FIXED, fixed: 9n };

describe("a manifest that keeps every rule", () => {
  it("is accepted", () => {
    expect(() => {
      validateManifest(valid(), BOUNDS);
    }).not.toThrow();
    expect(() => {
      validateManifest({ ...valid(), aggregation: EXACT, seed: FIXED }, BOUNDS);
    }).not.toThrow();
  });

  it("is accepted with the native engine and int32 outputs that are compared by distance", () => {
    const shape = [{ minimum: 64n, maximum: 64n }];
    const near = {
      name: "y",
      dataType: DataType.INT32,
      shape,
      maxBytes: 0n,
      allowNonFinite: false,
    };
    const parts = { aggregation: NEAR, seed: FIXED, outputs: [near], modelEngine: NATIVE_ENGINE };
    expect(() => {
      validateManifest({ ...valid(), ...parts }, BOUNDS);
    }).not.toThrow();
  });

  it("names each of its artifacts once, in byte order", () => {
    expect(manifestArtifacts(valid())).toEqual([1, 2, 3, 4, 5].map(digest));
    expect(manifestArtifacts({ ...valid(), aggregation: EXACT })).toEqual([1, 2, 3, 5].map(digest));
  });

  it("has a hash that every field takes part in", () => {
    const other = { ...valid(), description: "Reads two digits" };
    expect(manifestHash(other)).not.toEqual(manifestHash(valid()));
    expect(manifestHash(Manifest.decode(Manifest.encode(valid())))).toEqual(manifestHash(valid()));
  });
});

describe("a manifest that breaks a rule", () => {
  const base = valid();
  const [input] = base.inputs;
  const field = { ...input!, name: "z" };
  const withInput = (change: object): Partial<Manifest> => ({ inputs: [{ ...input!, ...change }] });
  const cases: ReadonlyArray<readonly [string, Partial<Manifest>]> = [
    ["format", { format: 2 }],
    ["name", { name: "Digits" }],
    ["name", { name: "ab" }],
    ["name", { name: "a--b" }],
    ["name", { name: "digits-" }],
    ["name", { name: "a".repeat(65) }],
    ["model_engine.name", { modelEngine: { ...MODEL_ENGINE, name: "quickjs" } }],
    ["model_engine.version", { modelEngine: { ...MODEL_ENGINE, version: "1/2" } }],
    [
      "model_engine.binary_sha256",
      { modelEngine: { ...MODEL_ENGINE, binarySha256: digest(1).slice(1) } },
    ],
    ["code_engine.name", { codeEngine: { ...CODE_ENGINE, name: "" } }],
    ["models", { models: [...base.models].reverse() }],
    ["models", { models: [base.models[0]!, base.models[0]!] }],
    [
      "models",
      { models: Array.from("abcdefghi", (name) => Model.create({ name, digest: digest(1) })) },
    ],
    ["models[0].name", { models: [Model.create({ name: "A", digest: digest(1) })] }],
    ["models[0].digest", { models: [Model.create({ name: "a", digest: new Uint8Array(31) })] }],
    ["inference_code_digest", { inferenceCodeDigest: new Uint8Array(0) }],
    ["aggregation.kind", { aggregation: { ...EXACT, kind: AggregationKind.UNSPECIFIED } }],
    ["aggregation.kind", { aggregation: { ...EXACT, kind: 9 as AggregationKind } }],
    ["aggregation.kind", { aggregation: NEAR, seed: FIXED }],
    [
      "aggregation.epsilon_millionths",
      { aggregation: { ...EXACT, kind: AggregationKind.DISTRIBUTION } },
    ],
    ["model_engine.name", { aggregation: EXACT, seed: FIXED, modelEngine: NATIVE_ENGINE }],
    ["aggregation.epsilon_millionths", { aggregation: { ...EXACT, epsilonMillionths: 1n } }],
    ["aggregation.code_digest", { aggregation: { ...EXACT, codeDigest: digest(1) } }],
    [
      "aggregation.code_digest",
      { aggregation: { ...base.aggregation, codeDigest: digest(1).slice(2) } },
    ],
    ["aggregation.gas_limit", { aggregation: { ...base.aggregation, gasLimit: 0n } }],
    ["aggregation.gas_limit", { aggregation: { ...EXACT, gasLimit: 1n } }],
    ["inputs", { inputs: [] }],
    [
      "inputs",
      { inputs: Array.from({ length: 17 }, (_, index) => ({ ...field, name: `z${index}` })) },
    ],
    [
      "inputs",
      withInput({
        shape: [
          { minimum: 1n, maximum: 16_384n },
          { minimum: 2n, maximum: 2n },
        ],
      }),
    ],
    ["inputs[1].name", { inputs: [field, field] }],
    ["inputs[0].name", withInput({ name: "1x" })],
    ["inputs[0].data_type", withInput({ dataType: 16 as DataType })],
    ["inputs[0].shape[0]", withInput({ shape: [{ minimum: 0n, maximum: 4n }] })],
    ["inputs[0].shape[0]", withInput({ shape: [{ minimum: 5n, maximum: 4n }] })],
    [
      "inputs[0].shape",
      withInput({ shape: Array.from({ length: 9 }, () => ({ minimum: 1n, maximum: 1n })) }),
    ],
    ["inputs[0].shape", withInput({ dataType: DataType.STRING, maxBytes: 4n })],
    ["inputs[0].max_bytes", withInput({ maxBytes: 4n })],
    ["inputs[0].max_bytes", withInput({ dataType: DataType.BYTES, shape: [] })],
    ["inputs[0].allow_non_finite", withInput({ dataType: DataType.INT8, allowNonFinite: true })],
    ["outputs", { outputs: [] }],
    ["seed.kind", { seed: { kind: SeedKind.UNSPECIFIED, fixed: 0n } }],
    ["seed.kind", { seed: { kind: 9 as SeedKind, fixed: 0n } }],
    ["seed.kind", { aggregation: EXACT }],
    ["seed.fixed", { seed: { kind: SeedKind.NONE, fixed: 1n } }],
    ["limits.gas", { limits: { ...base.limits, gas: 0n } }],
    ["limits.gas", { limits: { ...base.limits, gas: 1_000_000_001n } }],
    ["limits.memory_bytes", { limits: { ...base.limits, memoryBytes: 16_777_215n } }],
    ["limits.memory_bytes", { limits: { ...base.limits, memoryBytes: 16_777_217n } }],
    ["limits.memory_bytes", { limits: { ...base.limits, memoryBytes: 536_870_912n } }],
    ["limits.output_bytes", { limits: { ...base.limits, outputBytes: 0n } }],
    ["limits.output_bytes", { limits: { ...base.limits, outputBytes: 65_537n } }],
    ["committee.minimum", { committee: { target: 1, minimum: 0, maximum: 1 } }],
    ["committee.target", { committee: { target: 1, minimum: 2, maximum: 3 } }],
    ["committee.target", { committee: { target: 4, minimum: 2, maximum: 3 } }],
    ["committee.maximum", { committee: { target: 4, minimum: 2, maximum: 17 } }],
    ["hardware", { hardware: "gpu" }],
    ["test_vectors", { testVectors: [] }],
    ["test_vectors", { testVectors: Array.from({ length: 5 }, () => digest(1)) }],
    ["test_vectors[0]", { testVectors: [new Uint8Array(3)] }],
    ["license", { license: "" }],
    ["license", { license: "MIT\n" }],
    ["price", { price: "" }],
    ["price", { price: "01" }],
    ["price", { price: "18446744073709551616" }],
    ["description", { description: "two\nlines" }],
    ["description", { description: "x".repeat(201) }],
  ];

  it.each(cases)("is refused with the field %s", (at, change) => {
    let thrown: unknown;
    try {
      validateManifest({ ...base, ...change }, BOUNDS);
    } catch (caught) {
      thrown = caught;
    }
    expect(invalidManifest.is(thrown), String(thrown)).toBe(true);
    expect((thrown as { detail: { field: string } }).detail.field).toBe(at);
  });

  it("is refused for an engine that no validator runs", () => {
    const modelEngine = { ...MODEL_ENGINE, binarySha256: digest(9) };
    expect(() => {
      validateManifest({ ...base, modelEngine }, BOUNDS);
    }).toThrow(expect.toSatisfy((error) => unknownEngine.is(error)) as Error);
  });
});
