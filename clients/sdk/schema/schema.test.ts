import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, Field, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeInference } from "#test/harness/fakeInference.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { namedSigner } from "#test/harness/sdkClient.js";
import { AivmClient } from "../client.js";
import { caught } from "#test/harness/caught.js";
import { decodeOutput } from "./decodeOutput.js";
import { encodeInput } from "./encodeInput.js";
import { fieldType } from "./fieldType.js";
import { kernelSchema, schemaOf } from "./kernelSchema.js";
import type { InputValue, OutputValue, Tensor } from "./valueTypes.js";

function field(name: string, dataType: DataType, rest: Partial<Field> = {}): Field {
  return Field.create({ name, dataType, ...rest });
}

const exactly = (extent: bigint): Field["shape"][number] => ({ minimum: extent, maximum: extent });
const upTo = (maximum: bigint): Field["shape"][number] => ({ minimum: 1n, maximum });

const FIELDS: readonly Field[] = [
  field("pixels", DataType.UINT8, { shape: [exactly(1n), exactly(4n)] }),
  field("rows", DataType.FLOAT32, { shape: [upTo(8n), exactly(2n)], allowNonFinite: true }),
  field("grid", DataType.INT32, { shape: [upTo(8n), upTo(8n)] }),
  field("ids", DataType.INT64, { shape: [exactly(2n)] }),
  field("flags", DataType.BOOL, { shape: [exactly(2n)] }),
  field("lone", DataType.UINT64),
  field("text", DataType.STRING, { maxBytes: 8n }),
  field("raw", DataType.BYTES, { maxBytes: 3n }),
];

const VALUES = {
  pixels: Uint8Array.of(0, 1, 2, 255),
  rows: Float32Array.of(1, 2, 3, Number.POSITIVE_INFINITY),
  grid: { dims: [2, 1], data: Int32Array.of(-1, 7) },
  ids: BigInt64Array.of(-1n, 1n << 62n),
  flags: [true, false],
  lone: (1n << 64n) - 1n,
  text: "grüße",
  raw: Uint8Array.of(1, 2, 3),
};

describe("types of fields", () => {
  test("are written as an Aivmfile writes them", () => {
    expect(FIELDS.map(fieldType)).toEqual([
      "uint8[1,4]",
      "float32[1..8,2] nonfinite",
      "int32[1..8,1..8]",
      "int64[2]",
      "bool[2]",
      "uint64",
      "string<=8",
      "bytes<=3",
    ]);
  });

  test("are the types of TypeScript that values have", () => {
    expectTypeOf<OutputValue<"float32[1,10]">>().toEqualTypeOf<Float32Array>();
    expectTypeOf<OutputValue<"float32[1..8,2] nonfinite">>().toEqualTypeOf<Float32Array>();
    expectTypeOf<OutputValue<"int64[1]">>().toEqualTypeOf<BigInt64Array>();
    expectTypeOf<OutputValue<"int32[1..8,1..8]">>().toEqualTypeOf<Tensor<Int32Array>>();
    expectTypeOf<OutputValue<"uint64">>().toEqualTypeOf<bigint>();
    expectTypeOf<OutputValue<"bool">>().toEqualTypeOf<boolean>();
    expectTypeOf<OutputValue<"string<=8">>().toEqualTypeOf<string>();
    expectTypeOf<OutputValue<"bytes<=3">>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<OutputValue<"complex[2]">>().toBeNever();
    expectTypeOf<number[][]>().toExtend<InputValue<"float32[1,64]">>();
    expectTypeOf<Uint8Array>().toExtend<InputValue<"uint8[1,64]">>();
    expectTypeOf<string[]>().not.toExtend<InputValue<"float32[1,64]">>();
    expectTypeOf<number>().not.toExtend<InputValue<"string<=8">>();
  });
});

describe("values", () => {
  test("come back as they were given, in typed arrays", () => {
    expect(decodeOutput(FIELDS, encodeInput(FIELDS, VALUES))).toEqual(VALUES);
  });

  test("are the canonical bytes that the chain checks", () => {
    const set = valuesFromJson(FIELDS, { ...VALUES, text: "a", raw: "AQID", lone: "5" });
    const bytes = encodeInput(FIELDS, { ...VALUES, text: "a", lone: 5 });
    expect(bytes).toEqual(ValueSet.encode(set));
  });

  test.each<readonly [string, object, string, string]>([
    ["a missing field", { pixels: undefined }, "pixels", "got nothing"],
    ["a number out of range", { pixels: [0, 0, 0, 256] }, "pixels", "pixels[3] is 256"],
    ["too many", { pixels: [0, 0, 0, 0, 0] }, "pixels", "got 5 elements instead of 4"],
    ["ten rows", { rows: new Float32Array(20) }, "rows", "axis 0 has 10 elements instead of 1..8"],
    ["one axis", { grid: { dims: [4], data: [1] } }, "grid", "got 1 dimensions instead of 2"],
    ["a text too long", { text: "123456789" }, "text", "got 9 bytes"],
    ["a text that is none", { text: 5 }, "text", "got number"],
    ["bytes too long", { raw: new Uint8Array(4) }, "raw", "got 4 bytes"],
    ["no such bool", { flags: [true, 2] }, "flags", "flags[1] is 2"],
  ])("with %s are refused by name and type", (_, given, name, problem) => {
    const error = caught(() => encodeInput(FIELDS, { ...VALUES, ...given }, 2));
    const expected = fieldType(FIELDS.find((one) => one.name === name)!);
    expect(error).toMatchObject({
      code: "INPUT_UNFIT",
      facts: { inputIndex: 2, field: name, expected, problem },
    });
  });

  test("of unknown fields are refused with the fields that there are", () => {
    const error = caught(() => encodeInput(FIELDS.slice(0, 2), { picture: 1 }));
    expect(error).toMatchObject({
      message:
        "input does not fit the kernel's schema (inputIndex 0, field picture, " +
        "expected pixels: uint8[1,4], rows: float32[1..8,2] nonfinite, problem got an unknown field)",
    });
  });

  test("that are no output of the fields are refused", () => {
    const bytes = encodeInput(FIELDS, VALUES);
    expect(() => decodeOutput(FIELDS.slice(1), bytes)).toThrow("declared fields");
    expect(() => decodeOutput(FIELDS, bytes.subarray(1))).toThrow();
  });
});

describe("an opened kernel", () => {
  const DIGITS = kernelSchema({
    name: "digits",
    inputs: { image: "float32[4]" },
    outputs: { label: "int64[1]", text: "string<=32" },
  });

  let fake: FakeChainRpc;
  let client: AivmClient;

  beforeEach(async () => {
    fake = await FakeChainRpc.start();
    const inference = new FakeInference(fake, sampleManifest());
    inference.answer = ({ inputCount }) => ({
      status: RequestStatus.FULFILLED,
      executions: Array.from({ length: inputCount }, () => ({ label: [3n], text: "three" })),
    });
    const signer = namedSigner("alice");
    fake.chain.fund(signer.address);
    client = await AivmClient.connect({ rpc: fake.server.url, clock: fake.clock, signer });
  });

  afterEach(async () => {
    await fake.close();
  });

  test("answers in the types of its declared schema", async () => {
    const digits = await client.kernel(DIGITS);
    const { output, outputs, proof } = await digits.infer({ image: Float32Array.of(1, 2, 3, 4) });
    expectTypeOf(output!.label).toEqualTypeOf<BigInt64Array>();
    expect(output!.label[0]).toBe(3n);
    expect(output!.text).toBe("three");
    expect(outputs).toHaveLength(1);
    expect(proof.verified).toBe(false);
    expectTypeOf(output!).not.toHaveProperty("probs");
    expect(output).not.toHaveProperty("probs");
  });

  test("by its name answers in open types, to several inputs too", async () => {
    const digits = await client.kernel("digits");
    const image = [1, 2, 3, 4];
    const { outputs } = await digits.infer([{ image }, { image }]);
    expect(outputs.map((one) => one?.["text"])).toEqual(["three", "three"]);
    expect((await digits.quote({ image })).price.amount).toBe("2400");
    expect(digits.kernel.manifest.name).toBe("digits");
  });

  test("tells its schema, which opens it again", async () => {
    const { kernel } = await client.kernel("digits");
    expect(schemaOf(kernel.manifest)).toEqual(DIGITS);
    const again = await client.kernel(schemaOf(kernel.manifest));
    expect(again.kernel.versionId).toEqual(kernel.versionId);
  });

  test.each([
    ["inputs.image", { inputs: { image: "float32[1,4]" } }, "float32[1,4]", "float32[4]"],
    ["outputs.label", { outputs: { text: "string<=32" } }, "nothing", "int64[1]"],
    ["inputs.mask", { inputs: { image: "float32[4]", mask: "bool[4]" } }, "bool[4]", "nothing"],
  ])("with another %s is refused", async (at, change, expected, found) => {
    await expect(client.kernel({ ...DIGITS, ...change })).rejects.toMatchObject({
      code: "SCHEMA_DIFFERS",
      facts: { kernel: "digits", field: at, expected, found },
    });
  });

  test("that does not exist is not found", async () => {
    await expect(client.kernel("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
