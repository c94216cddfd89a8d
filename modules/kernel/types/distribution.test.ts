import { describe, expect, test } from "vitest";
import {
  AggregationKind,
  DataType,
  type Field,
  type Manifest,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import type { ChainError } from "#core/primitives/errors.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { caught } from "#test/harness/caught.js";
import {
  answersDiffer,
  distributionGas,
  isByDistribution,
  largestAggregationGas,
  MAX_VECTOR_NUMBERS,
  validateDistribution,
} from "./distribution.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "./engines.js";
import { doubledDistance, readSample } from "./samples.js";

function field(name: string, dataType: DataType, ...extents: readonly bigint[]): Field {
  const shape = extents.map((extent) => ({ minimum: extent, maximum: extent }));
  return { name, dataType, shape, maxBytes: 0n, allowNonFinite: false };
}

const PROBS = field("probs", DataType.INT32, 3n);
const LABEL = field("label", DataType.INT64, 1n);

function near(change: Partial<Manifest> = {}): Manifest {
  const base = sampleManifest();
  return {
    ...base,
    aggregation: {
      ...base.aggregation,
      kind: AggregationKind.DISTRIBUTION,
      epsilonMillionths: 10_000n,
    },
    outputs: [LABEL, PROBS],
    ...change,
  };
}

/** The field that an error names. */
function refusedField(manifest: Manifest): unknown {
  const error = caught(() => {
    validateDistribution(manifest);
  });
  return (error as ChainError).detail["field"];
}

describe("a kernel that aggregates by distribution", () => {
  test("may run on either engine", () => {
    for (const modelEngine of [MODEL_ENGINE, NATIVE_ENGINE]) {
      expect(() => {
        validateDistribution(near({ modelEngine }));
      }).not.toThrow();
    }
    expect([near(), sampleManifest()].map(isByDistribution)).toEqual([true, false]);
    expect([near(), sampleManifest()].map(answersDiffer)).toEqual([true, false]);
  });

  test.each([0n, 1_000_000n])(
    "has a tolerance between nothing and everything, not %d",
    (epsilon) => {
      const aggregation = { ...near().aggregation, epsilonMillionths: epsilon };
      expect(refusedField(near({ aggregation }))).toBe("aggregation.epsilon_millionths");
    },
  );

  test.each([DataType.FLOAT32, DataType.FLOAT64])("gives no floats, such as type %d", (type) => {
    const outputs = [PROBS, field("raw", type, 2n)];
    expect(refusedField(near({ outputs }))).toBe("outputs[1].data_type");
  });

  test("gives int32 vectors, of fixed shapes, and no more numbers than can be compared", () => {
    const open = { ...PROBS, shape: [{ minimum: 1n, maximum: 3n }] };
    const many = field("many", DataType.INT32, MAX_VECTOR_NUMBERS - 2n);
    for (const outputs of [[LABEL], [open], [PROBS, many]]) {
      expect(refusedField(near({ outputs }))).toBe("aggregation.kind");
    }
    const most = field("most", DataType.INT32, MAX_VECTOR_NUMBERS - 3n);
    expect(() => {
      validateDistribution(near({ outputs: [PROBS, most] }));
    }).not.toThrow();
  });
});

describe("a kernel of the native engine", () => {
  test("does not aggregate by equality or by code", () => {
    for (const kind of [AggregationKind.EXACT, AggregationKind.CODE]) {
      const aggregation = { ...sampleManifest().aggregation, kind };
      const manifest = { ...sampleManifest(), aggregation, modelEngine: NATIVE_ENGINE };
      expect(refusedField(manifest)).toBe("model_engine.name");
    }
  });

  test("has no buckets, whose gas all machines would have to measure alike", () => {
    const buckets = [{ extents: [4n], gas: 5n }];
    const manifest = near({ modelEngine: NATIVE_ENGINE, buckets });
    expect(refusedField(manifest)).toBe("model_engine.name");
    expect(() => {
      validateDistribution(near({ buckets }));
    }).not.toThrow();
  });
});

describe("gas of aggregating by distribution", () => {
  test("grows with answers, bytes and compared pairs of numbers", () => {
    expect(distributionGas(near(), { count: 1, bytes: 100n })).toBe(3_500n);
    expect(distributionGas(near(), { count: 4, bytes: 400n })).toBe(
      4_000n + 10_000n + 6n * 3n * 15n,
    );
  });

  test("is bounded by the seats and the largest output", () => {
    const manifest = near();
    const bytes = 4n * manifest.limits.outputBytes;
    expect(largestAggregationGas(manifest, 4)).toBe(distributionGas(manifest, { count: 4, bytes }));
    expect(largestAggregationGas(sampleManifest(), 4)).toBe(0n);
  });
});

describe("a sample", () => {
  const output = (label: bigint, probs: readonly number[]): Uint8Array => {
    const data = new Uint8Array(Int32Array.from(probs).buffer);
    return ValueSet.encode({
      values: [
        {
          name: "label",
          dataType: DataType.INT64,
          dims: [1n],
          data: new Uint8Array(BigInt64Array.of(label).buffer),
        },
        { name: "probs", dataType: DataType.INT32, dims: [3n], data },
      ],
    });
  };
  const outputs = [LABEL, PROBS];
  const read = (label: bigint, ...probs: readonly number[]) =>
    readSample(outputs, output(label, probs))!;

  test("is not read of bytes that do not fit the outputs", () => {
    expect(readSample(outputs, Uint8Array.of(1, 2, 3))).toBeUndefined();
    expect(readSample(outputs, new Uint8Array(0))).toBeUndefined();
    expect(readSample(outputs, output(1n, [1, 2, 3, 4]))).toBeUndefined();
    expect(readSample([PROBS], output(1n, [1, 2, 3]))).toBeUndefined();
  });

  test("has a distance from others with the same exact outputs, up to a bound", () => {
    const a = read(1n, 600_000, 300_000, 100_000);
    const b = read(1n, 590_000, 305_000, 105_000);
    expect(doubledDistance(a, b, 20_000)).toBe(20_000);
    expect(doubledDistance(b, a, 20_000)).toBe(20_000);
    expect(doubledDistance(a, b, 19_999)).toBeUndefined();
    expect(doubledDistance(a, read(2n, 600_000, 300_000, 100_000), 20_000)).toBeUndefined();
    expect(doubledDistance(a, a, 0)).toBe(0);
  });

  test("reads negative numbers and the whole range of int32", () => {
    const { vectors } = read(0n, -1, -(2 ** 31), 2 ** 31 - 1);
    expect([...vectors[0]!]).toEqual([-1, -(2 ** 31), 2 ** 31 - 1]);
  });
});
