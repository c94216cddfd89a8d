import { describe, expect, it } from "vitest";
import {
  AggregationKind,
  DataType,
  type Manifest,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "./aivmfile.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "./engines.js";
import { aivmfileDirective, aivmfileSyntax } from "./errors.js";

const DIGITS = `AIVM      1
NAME      digits
ENGINE    ort-wasm/1.30.0
MODEL     net  model.onnx
INFER     infer.js
AGGREGATE exact                     # or: code aggregate.js gas 10_000_000
INPUT     image  float32[1,64]
OUTPUT    label  int64[1]
OUTPUT    probs  float32[1,10]
SEED      beacon                    # none | fixed 42 | beacon | member
LIMIT     gas 50_000_000  memory 256MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.002NES                  # the author's part
`;

/** The sample with one directive's line replaced. */
function withLine(keyword: string, line: string): string {
  return DIGITS.replace(new RegExp(`^${keyword}\\b.*$`, "m"), line);
}

describe("an Aivmfile", () => {
  it("becomes a manifest without digests and the files to hash", () => {
    const { draft, files } = compileAivmfile(DIGITS);
    const fixed = (...extents: bigint[]) =>
      extents.map((extent) => ({ minimum: extent, maximum: extent }));
    const field = { maxBytes: 0n, allowNonFinite: false };
    const none = new Uint8Array(0);
    expect(draft).toEqual({
      format: 1,
      name: "digits",
      modelEngine: MODEL_ENGINE,
      codeEngine: CODE_ENGINE,
      models: [{ name: "net", digest: none, adapterDigest: none }],
      libraries: [],
      data: [],
      baseVersionId: none,
      buckets: [],
      inferenceCodeDigest: none,
      aggregation: {
        kind: AggregationKind.EXACT,
        epsilonMillionths: 0n,
        codeDigest: none,
        gasLimit: 0n,
      },
      inputs: [{ name: "image", dataType: DataType.FLOAT32, shape: fixed(1n, 64n), ...field }],
      outputs: [
        { name: "label", dataType: DataType.INT64, shape: fixed(1n), ...field },
        { name: "probs", dataType: DataType.FLOAT32, shape: fixed(1n, 10n), ...field },
      ],
      seed: { kind: SeedKind.BEACON, fixed: 0n },
      limits: { gas: 50_000_000n, memoryBytes: 268_435_456n, outputBytes: 1_024n },
      committee: { target: 4, minimum: 1, maximum: 16 },
      hardware: "cpu",
      testVectors: [],
      license: "Apache-2.0",
      price: "2000",
      description: "",
    });
    expect(files).toEqual({
      models: [{ name: "net", file: "model.onnx" }],
      inferenceCode: "infer.js",
      libraries: [],
      data: [],
      testVectors: ["vectors/*.json"],
    });
  });

  it("takes the native engine and a tolerance of at most six decimals, in millionths", () => {
    const native = (aggregation: string): Manifest =>
      compileAivmfile(
        withLine("AGGREGATE", aggregation).replace("ort-wasm/1.30.0", "ort-native/1.30.0"),
      ).draft;
    const draft = native("AGGREGATE distribution epsilon=0.01");
    expect(draft.modelEngine).toEqual(NATIVE_ENGINE);
    expect(draft.aggregation).toEqual({
      kind: AggregationKind.DISTRIBUTION,
      epsilonMillionths: 10_000n,
      codeDigest: new Uint8Array(0),
      gasLimit: 0n,
    });
    const { epsilonMillionths } = native("AGGREGATE distribution epsilon=0.000001").aggregation;
    expect(epsilonMillionths).toBe(1n);
  });

  it("takes adapters with their base, which is a parent, and libraries and data in byte order", () => {
    const [base, other] = ["b2".repeat(32), "a1".repeat(32)];
    const text = withLine("MODEL", `MODEL net model.onnx adapter delta.bin\nBASE ${base}`).replace(
      /^INFER.*$/m,
      "INFER infer.js\nLIBRARY b lib/b.js\nLIBRARY a a.mjs\nDATA words words.txt\nDATA a a.bin",
    );
    const compiled = compileAivmfile(`${text}PARENT ${other}\n`);
    const { draft, files, parents } = compiled;
    expect(parents.map(toHex)).toEqual([other, base]);
    expect(compileAivmfile(`${text}PARENT ${base}\n`).parents.map(toHex)).toEqual([base]);
    expect(toHex(draft.baseVersionId)).toBe(base);
    expect(files).toMatchObject({
      models: [{ name: "net", file: "model.onnx", adapter: "delta.bin" }],
      libraries: [
        { name: "a", file: "a.mjs" },
        { name: "b", file: "lib/b.js" },
      ],
      data: [
        { name: "a", file: "a.bin" },
        { name: "words", file: "words.txt" },
      ],
    });
    const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
    const digests = { models: [digest(1)], inferenceCode: digest(2), testVectors: [digest(3)] };
    const parts = {
      adapters: [digest(4)],
      libraries: [5, 6].map(digest),
      data: [7, 8].map(digest),
    };
    const manifest = completeManifest(compiled, { ...digests, ...parts });
    expect(manifest.models[0]!.adapterDigest).toEqual(digest(4));
    expect(manifest.libraries).toEqual([
      { name: "a", digest: digest(5) },
      { name: "b", digest: digest(6) },
    ]);
    expect(manifest.data[1]).toEqual({ name: "words", digest: digest(8) });
  });

  it("takes code aggregation, member seeds, several models in byte order, and every kind of field", () => {
    const text = DIGITS.replace("MODEL     net  model.onnx", "MODEL z z.onnx\nMODEL b b.onnx")
      .replace(/^AGGREGATE.*$/m, "AGGREGATE code sum.js gas 10_000")
      .replace(/^SEED.*$/m, "SEED member")
      .replace(
        /^INPUT.*$/m,
        "INPUT a float32[1..128,64] nonfinite\nINPUT b string<=256\nINPUT c bytes<=1KiB\nINPUT d bool",
      )
      .replace(/^PRICE.*$/m, "PRICE 7unes\nDESCRIPTION Sums #1 of all # not this");
    const compiled = compileAivmfile(text);
    const { draft, files } = compiled;
    expect(files.models.map(({ file }) => file)).toEqual(["b.onnx", "z.onnx"]);
    expect(files.aggregationCode).toBe("sum.js");
    expect(draft.aggregation.gasLimit).toBe(10_000n);
    expect(draft.seed.kind).toBe(SeedKind.MEMBER);
    expect(draft.price).toBe("7");
    expect(draft.description).toBe("Sums");
    expect(draft.inputs.map(({ dataType, maxBytes }) => [dataType, maxBytes])).toEqual([
      [DataType.FLOAT32, 0n],
      [DataType.STRING, 256n],
      [DataType.BYTES, 1_024n],
      [DataType.BOOL, 0n],
    ]);
    expect(draft.inputs[0]!.shape[0]).toEqual({ minimum: 1n, maximum: 128n });
    expect(draft.inputs[0]!.allowNonFinite).toBe(true);
    const digest = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
    const manifest = completeManifest(compiled, {
      models: [digest(1), digest(2)],
      inferenceCode: digest(3),
      aggregationCode: digest(4),
      testVectors: [digest(5)],
    });
    expect(manifest.models).toEqual([
      { name: "b", digest: digest(1), adapterDigest: new Uint8Array(0) },
      { name: "z", digest: digest(2), adapterDigest: new Uint8Array(0) },
    ]);
    expect(manifest.aggregation.codeDigest).toEqual(digest(4));
    expect(manifest.testVectors).toEqual([digest(5)]);
  });

  it("may leave out what has a default", () => {
    const kept = DIGITS.split("\n").filter(
      (line) => !/^(AGGREGATE|SEED|HARDWARE|PRICE)/.test(line),
    );
    const { draft } = compileAivmfile(kept.join("\n"));
    expect(draft.aggregation.kind).toBe(AggregationKind.EXACT);
    expect(draft.seed.kind).toBe(SeedKind.NONE);
    expect(draft.price).toBe("0");
  });

  it("reads lines with carriage returns like others", () => {
    expect(compileAivmfile(DIGITS.replaceAll("\n", "\r\n"))).toEqual(compileAivmfile(DIGITS));
  });
});

describe("a malformed Aivmfile", () => {
  const syntax: ReadonlyArray<readonly [string, string, number, number]> = [
    ["AIVM", "AIVM 2", 1, 6],
    ["NAME", "NAME", 2, 5],
    ["NAME", "NAME digits two", 2, 13],
    ["ENGINE", "ENGINE  ort-wasm/1.29.0", 3, 9],
    ["MODEL", "MODEL net", 4, 10],
    ["AGGREGATE", "AGGREGATE average", 6, 11],
    ["AGGREGATE", "AGGREGATE distribution", 6, 23],
    ["AGGREGATE", "AGGREGATE distribution 0.01", 6, 24],
    ["AGGREGATE", "AGGREGATE distribution epsilon=0", 6, 24],
    ["AGGREGATE", "AGGREGATE distribution epsilon=1.5", 6, 24],
    ["AGGREGATE", "AGGREGATE distribution epsilon=0.000000", 6, 24],
    ["AGGREGATE", "AGGREGATE distribution epsilon=0.0000010", 6, 24],
    ["AGGREGATE", "AGGREGATE distribution epsilon=0.01 gas 5", 6, 37],
    ["AGGREGATE", "AGGREGATE code sum.js", 6, 22],
    ["AGGREGATE", "AGGREGATE code sum.js gas lots", 6, 27],
    ["INPUT", "INPUT image float16[1]", 7, 13],
    ["INPUT", "INPUT image float32[1,", 7, 13],
    ["INPUT", "INPUT image float32[1,x]", 7, 13],
    ["INPUT", "INPUT image float32[1..2..3]", 7, 13],
    ["INPUT", "INPUT image string", 7, 13],
    ["INPUT", "INPUT image bytes<=1XB", 7, 13],
    ["INPUT", "INPUT image float32[1] finite", 7, 24],
    ["SEED", "SEED fixed", 10, 11],
    ["SEED", "SEED random", 10, 6],
    ["SEED", "SEED fixed 18446744073709551616", 10, 12],
    ["LIMIT", "LIMIT memory 1MiB gas 5 output 1", 11, 7],
    ["LIMIT", "LIMIT gas 5 memory 1MB output 1", 11, 20],
    ["LIMIT", "LIMIT gas 5__0 memory 1MiB output 1", 11, 11],
    ["COMMITTEE", "COMMITTEE 4 of 1..99999", 12, 16],
    ["COMMITTEE", "COMMITTEE four of 1..2", 12, 11],
    ["PRICE", "PRICE 0.0000001NES", 16, 7],
    ["PRICE", "PRICE 1.5unes", 16, 7],
    ["PRICE", "PRICE 5", 16, 7],
    ["LICENSE", "LICENSE # none", 15, 8],
    ["LICENSE", "LICENSE MIT\u2028", 15, 12],
    ["MODEL", "MODEL net ../model.onnx", 4, 11],
    ["MODEL", "MODEL net /model.onnx", 4, 11],
    ["INFER", "INFER a\\b.js", 5, 7],
    ["TEST", "TEST v*/a.json", 14, 6],
    ["LIMIT", "LIMIT gas 5 memory 18446744073709551615GiB output 1", 11, 20],
    ["PRICE", "PRICE 1NES\nPARENT A1", 17, 8],
  ];

  it.each(syntax)("is refused where %s reads: %s", (keyword, line, row, column) => {
    let thrown: unknown;
    try {
      compileAivmfile(withLine(keyword, line));
    } catch (caught) {
      thrown = caught;
    }
    expect(aivmfileSyntax.is(thrown), String(thrown)).toBe(true);
    expect((thrown as { detail: object }).detail).toMatchObject({ line: row, column });
  });

  it("is refused for a directive that is missing, unknown, repeated or out of place", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      [withLine("INFER", ""), "Aivmfile:17:1: INFER is missing; add a line such as INFER infer.js"],
      [withLine("TEST", ""), "Aivmfile:17:1: TEST is missing"],
      [
        `${DIGITS}COLOUR red\n`,
        "Aivmfile:17:1: COLOUR is not a directive; write one of AIVM, NAME",
      ],
      [`${DIGITS}licence MIT\n`, "Aivmfile:17:1: licence is not a directive; write LICENSE"],
      [`${DIGITS}NAME other\n`, "Aivmfile:17:1: NAME was given before, in line 2"],
      [`${DIGITS}MODEL net b.onnx\n`, "Aivmfile:17:7: a model net was given before, in line 4"],
      [
        `NAME digits\n${DIGITS}`,
        "Aivmfile:1:1: NAME stands before AIVM; begin the file with AIVM 1",
      ],
      ["", "Aivmfile:1:1: AIVM is missing"],
    ];
    for (const [text, fact] of cases) {
      expect(() => compileAivmfile(text)).toThrow(
        expect.toSatisfy((error) => aivmfileDirective.is(error)) as Error,
      );
      expect(() => compileAivmfile(text)).toThrow(fact);
    }
  });
});
