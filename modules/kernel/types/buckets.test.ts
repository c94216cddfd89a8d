import { describe, expect, it } from "vitest";
import {
  type Bucket,
  DataType,
  type Field,
  type Value,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import {
  boundedDimensions,
  bucketName,
  bucketsAndBound,
  type BucketedSchema,
  bucketText,
  executionGas,
  findBucket,
  findBucketOf,
  gasOfBucket,
  MAX_BUCKETS,
  validateBuckets,
} from "./buckets.js";
import { invalidManifest } from "./errors.js";

const LIMIT = 1_000n;

function tensor(name: string, ...axes: ReadonlyArray<readonly [bigint, bigint]>): Field {
  const shape = axes.map(([minimum, maximum]) => ({ minimum, maximum }));
  return { name, dataType: DataType.INT8, shape, maxBytes: 0n, allowNonFinite: false };
}

function text(name: string, maxBytes: bigint): Field {
  return { name, dataType: DataType.STRING, shape: [], maxBytes, allowNonFinite: false };
}

function bucket(gas: bigint, ...extents: bigint[]): Bucket {
  return { extents, gas };
}

function schema(inputs: Field[], ...buckets: Bucket[]): BucketedSchema {
  return { inputs, buckets, limits: { gas: LIMIT, memoryBytes: 0n, outputBytes: 0n } };
}

const TOKENS = tensor("tokens", [1n, 1n], [1n, 512n]);
const IMAGE = tensor("image", [3n, 3n], [8n, 64n], [8n, 64n]);
const PROMPT = text("prompt", 256n);
const SEQUENCE = schema([TOKENS], bucket(10n, 32n), bucket(40n, 128n));

function tokens(count: number): Value[] {
  const dims = [1n, BigInt(count)];
  return [{ name: "tokens", dataType: DataType.INT8, dims, data: new Uint8Array(count) }];
}

describe("the bounded dimensions of inputs", () => {
  it("are the axes that are not fixed and the bytes of strings, in declared order", () => {
    const found = boundedDimensions([IMAGE, tensor("scale"), PROMPT]);
    expect(
      found.map(({ field, axis, minimum, maximum }) => [field.name, axis, minimum, maximum]),
    ).toEqual([
      ["image", 1, 8n, 64n],
      ["image", 2, 8n, 64n],
      ["prompt", undefined, 1n, 256n],
    ]);
  });
});

describe("the bucket of an input", () => {
  it.each([
    [1, 0, 10n],
    [32, 0, 10n],
    [33, 1, 40n],
    [128, 1, 40n],
    [129, 2, LIMIT],
    [512, 2, LIMIT],
  ])("of %i tokens is the first that it fits: number %i for %i gas", (count, position, gas) => {
    expect(findBucket(SEQUENCE, tokens(count))).toBe(position);
    expect(findBucketOf(SEQUENCE, ValueSet.encode({ values: tokens(count) }))).toBe(position);
    expect(gasOfBucket(SEQUENCE, position)).toBe(gas);
    expect(executionGas(SEQUENCE, tokens(count))).toBe(gas);
  });

  it("must hold it in every dimension, a string by its bytes", () => {
    const both = schema([IMAGE, PROMPT], bucket(5n, 16n, 16n, 4n), bucket(9n, 32n, 16n, 4n));
    const values = (height: bigint, width: bigint, prompt: string): Value[] => [
      { name: "image", dataType: DataType.INT8, dims: [3n, height, width], data: new Uint8Array() },
      { name: "prompt", dataType: DataType.STRING, dims: [], data: utf8(prompt) },
    ];
    expect(findBucket(both, values(16n, 16n, "abcd"))).toBe(0);
    expect(findBucket(both, values(16n, 16n, ""))).toBe(0);
    expect(findBucket(both, values(17n, 16n, "ab"))).toBe(1);
    expect(findBucket(both, values(16n, 17n, "ab"))).toBe(2);
    expect(findBucket(both, values(16n, 16n, "äöü"))).toBe(2);
  });

  it("of a kernel without buckets is the bound, whose gas is the limit, without a look at it", () => {
    const plain = schema([TOKENS]);
    expect(findBucketOf(plain, new Uint8Array([0xff]))).toBe(0);
    expect(executionGas(plain, tokens(5))).toBe(LIMIT);
    expect(bucketsAndBound(plain)).toEqual([bucket(LIMIT, 512n)]);
  });

  it("has a name that says what it bounds", () => {
    expect([0, 1, 2].map((position) => bucketName(SEQUENCE, position))).toEqual([
      "bucket tokens=32",
      "bucket tokens=128",
      "bound tokens=512",
    ]);
    expect(bucketText([IMAGE, PROMPT], bucket(1n, 8n, 16n, 32n))).toBe("image=8x16 prompt=32");
  });
});

describe("buckets of a manifest", () => {
  const TWO = [TOKENS, IMAGE];

  it.each([
    ["none", schema([tensor("fixed", [4n, 4n])])],
    ["ascending ones", SEQUENCE],
    [
      "as many as may be",
      schema(
        [TOKENS],
        ...Array.from({ length: MAX_BUCKETS }, (_, at) => bucket(BigInt(at + 1), BigInt(at + 1))),
      ),
    ],
    [
      "those that grow in one dimension alone",
      schema(TWO, bucket(1n, 4n, 8n, 8n), bucket(2n, 4n, 8n, 9n)),
    ],
    [
      "one that is below the bound in one dimension",
      schema(TWO, bucket(LIMIT - 1n, 512n, 63n, 64n)),
    ],
  ])("may be %s", (_what, given) => {
    expect(() => {
      validateBuckets(given);
    }).not.toThrow();
  });

  it.each([
    [
      "too many",
      "buckets",
      schema(
        [TOKENS],
        ...Array.from({ length: MAX_BUCKETS + 1 }, (_, at) =>
          bucket(BigInt(at + 1), BigInt(at + 1)),
        ),
      ),
    ],
    ["of inputs that are fixed", "buckets", schema([tensor("fixed", [4n, 4n])], bucket(1n, 4n))],
    ["with too few extents", "buckets[0].extents", schema(TWO, bucket(1n, 4n, 8n))],
    [
      "with too many extents",
      "buckets[1].extents",
      schema([TOKENS], bucket(1n, 4n), bucket(2n, 5n, 5n)),
    ],
    [
      "with an extent below the least",
      "buckets[0].extents[1]",
      schema(TWO, bucket(1n, 4n, 7n, 8n)),
    ],
    ["with an extent over the bound", "buckets[0].extents[0]", schema([TOKENS], bucket(1n, 513n))],
    ["with no bytes of a string", "buckets[0].extents[0]", schema([PROMPT], bucket(1n, 0n))],
    ["that are alike", "buckets[0].extents", schema([TOKENS], bucket(1n, 4n), bucket(2n, 4n))],
    ["that descend", "buckets[0].extents", schema([TOKENS], bucket(1n, 5n), bucket(2n, 4n))],
    [
      "of which neither holds the other",
      "buckets[0].extents",
      schema(TWO, bucket(1n, 4n, 8n, 9n), bucket(2n, 4n, 9n, 8n)),
    ],
    ["as large as the bound", "buckets[0].extents", schema([TOKENS], bucket(1n, 512n))],
    ["without gas", "buckets[0].gas", schema([TOKENS], bucket(0n, 4n))],
    [
      "with gas that does not ascend",
      "buckets[0].gas",
      schema([TOKENS], bucket(2n, 4n), bucket(2n, 5n)),
    ],
    ["with the gas of the limit", "buckets[0].gas", schema([TOKENS], bucket(LIMIT, 4n))],
  ])("may not be %s", (_what, field, given) => {
    let error: unknown;
    try {
      validateBuckets(given);
    } catch (caught) {
      error = caught;
    }
    expect(invalidManifest.is(error)).toBe(true);
    expect(error).toMatchObject({ detail: { field } });
  });
});
