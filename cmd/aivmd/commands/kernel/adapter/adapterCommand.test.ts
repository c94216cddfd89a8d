import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Adapter, DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import type { ChainError } from "#core/primitives/errors.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import { type CommandOutcome, runCommand } from "#test/harness/clientCommand.js";
import { SeededRandom } from "#test/harness/random.js";
import { badFactors } from "../errors.js";
import { registerKernel } from "../register.js";
import { readSafetensors } from "./readSafetensors.js";

let root: string;
let model: string;

type Tensor = readonly [name: string, shape: readonly number[], values: readonly number[]];

/** A safetensors file, as its specification has it. */
function safetensors(tensors: readonly Tensor[], change: object = {}): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  const header: Record<string, object> = { __metadata__: { format: "pt" } };
  for (const [name, shape, values] of tensors) {
    const data = float32Data(values);
    header[name] = { dtype: "F32", shape, data_offsets: [at, at + data.length], ...change };
    at += data.length;
    parts.push(data);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-adapter-"));
  model = join(root, "model.onnx");
  const weight = (name: string, dims: readonly number[]) => {
    const count = dims.reduce((product, extent) => product * extent, 1);
    return { name, type: DataType.FLOAT32, dims, data: new Uint8Array(4 * count) };
  };
  writeFileSync(
    model,
    encodeModel({
      inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 3] }],
      outputs: [{ name: "y", type: DataType.FLOAT32 }],
      nodes: [
        { operator: "MatMul", inputs: ["x", "fc.weight"], outputs: ["a"] },
        { operator: "MatMul", inputs: ["a", "onnx::MatMul_7"], outputs: ["y"] },
      ],
      initializers: [weight("fc.weight", [3, 2]), weight("onnx::MatMul_7", [2, 2])],
    }),
  );
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

async function adapt(
  factors: Uint8Array,
  ...flags: readonly string[]
): Promise<CommandOutcome & { readonly adapter: Adapter | undefined }> {
  const place = mkdtempSync(join(root, "case-"));
  const [input, out] = [join(place, "factors.safetensors"), join(place, "delta.adapter")];
  writeFileSync(input, factors);
  const words = ["kernel", "adapter", model, input, "--out", out, ...flags];
  const outcome = await runCommand([registerKernel], words);
  const written = outcome.code === 0 ? Adapter.decode(readFileSync(out)) : undefined;
  return { ...outcome, adapter: written };
}

const A: Tensor = ["fc.lora_A", [1, 2], [1, 2]];
const B: Tensor = ["fc.lora_B", [3, 1], [3, 4, 5]];

describe("kernel adapter", () => {
  it("takes factors of a constant by its name, with or without .weight", async () => {
    const { code, stdout, adapter } = await adapt(safetensors([A, B]));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^fc\.weight +rank 1$/m)]);
    expect(adapter).toEqual({
      format: 1,
      deltas: [
        {
          tensor: "fc.weight",
          rank: 1,
          scale: float32Data([1]),
          a: float32Data([1, 2]),
          b: float32Data([3, 4, 5]),
        },
      ],
    });
  });

  it("transposes factors of a tensor that the model has transposed, as PEFT names them", async () => {
    const names = ["lora_A.weight", "lora_B.weight"].map((end) => `base_model.model.fc.${end}`);
    const factors = safetensors([
      [names[0]!, [1, 3], [3, 4, 5]],
      [names[1]!, [2, 1], [1, 2]],
    ]);
    const { adapter } = await adapt(factors, "--alpha", "2");
    const { adapter: plain } = await adapt(safetensors([A, B]), "--scale", "2");
    expect(adapter).toEqual(plain);
  });

  it("takes names of constants and what is transposed from the command line", async () => {
    const square = safetensors([
      ["out.lora_A", [1, 2], [1, 2]],
      ["out.lora_B", [2, 1], [3, 4]],
    ]);
    const map = ["--map", "out=onnx::MatMul_7"];
    const { adapter } = await adapt(square, ...map);
    expect(adapter?.deltas[0]).toMatchObject({ a: float32Data([1, 2]), b: float32Data([3, 4]) });
    const turned = await adapt(square, ...map, "--transposed", "out");
    expect(turned.adapter?.deltas[0]).toMatchObject({
      tensor: "onnx::MatMul_7",
      a: float32Data([3, 4]),
      b: float32Data([1, 2]),
    });
  });

  const failures: ReadonlyArray<readonly [string, Uint8Array, readonly string[], string]> = [
    ["no safetensors file", Buffer.from("hello"), [], "is no safetensors file"],
    [
      "a header that is no JSON",
      Buffer.concat([Buffer.of(2, 0, 0, 0, 0, 0, 0, 0), Buffer.from("{,")]),
      [],
      "no JSON object",
    ],
    ["no tensor", safetensors([]), [], "holds no tensor"],
    [
      "another type",
      safetensors([A, B], { dtype: "BF16" }),
      [],
      `tensor fc.lora_A is of "BF16"; convert it to F32`,
    ],
    [
      "other bytes than the shape's",
      safetensors([A, B], { shape: [9, 9] }),
      [],
      "tensor fc.lora_A has other bytes than its shape needs",
    ],
    [
      "offsets beyond the file",
      safetensors([A, B], { data_offsets: [0, 4000] }),
      [],
      "tensor fc.lora_A lies outside of the file",
    ],
    [
      "a name of neither factor",
      safetensors([["fc.weight", [1], [1]]]),
      [],
      "tensor fc.weight is named neither NAME.lora_A nor NAME.lora_B",
    ],
    ["one factor alone", safetensors([A]), [], "fc has lora_A but no lora_B"],
    [
      "two ranks",
      safetensors([A, ["fc.lora_B", [3, 2], [1, 2, 3, 4, 5, 6]]]),
      [],
      "fc has rank 1 in lora_A and 2 in lora_B",
    ],
    [
      "another shape",
      safetensors([["fc.lora_A", [1, 5], [1, 2, 3, 4, 5]], B]),
      [],
      "fc is 3 × 5 by its factors, 3 × 2 in the model",
    ],
    [
      "a constant that is not there",
      safetensors([
        ["head.lora_A", [1, 2], [1, 2]],
        ["head.lora_B", [3, 1], [1, 2, 3]],
      ]),
      [],
      "the model has no constant head or head.weight; name one of fc.weight, onnx::MatMul_7 by --map head=CONSTANT",
    ],
    [
      "a number that is not finite",
      safetensors([["fc.lora_A", [1, 2], [1, NaN]], B]),
      [],
      "A of tensor fc.weight has a number that is not finite",
    ],
  ];

  it.each(failures)("refuses %s and writes nothing", async (_, factors, flags, problem) => {
    const { code, stderr } = await adapt(factors, ...flags);
    expect([code, stderr]).toEqual([1, expect.stringContaining(problem)]);
  });

  it("reads damaged files or refuses them, and nothing else happens", () => {
    const random = new SeededRandom(20_261_128n);
    const whole = safetensors([A, B]);
    for (let round = 0; round < 2_000; round++) {
      const damaged = new Uint8Array(whole);
      for (let flip = random.below(3); flip >= 0; flip--) {
        damaged[random.below(damaged.length)]! ^= 1 << random.below(8);
      }
      try {
        readSafetensors("x", damaged.subarray(0, damaged.length - random.below(3)));
      } catch (error) {
        expect(badFactors.is(error as ChainError)).toBe(true);
      }
    }
  });

  it.each([
    [["--scale", "1", "--alpha", "2"], "--scale and --alpha exclude each other"],
    [["--scale", "much"], "--scale: not a number: much"],
    [["--map", "fc"], "--map: must be NAME=CONSTANT: fc"],
  ])("refuses the flags %j", async (flags, problem) => {
    const { code, stderr } = await adapt(safetensors([A, B]), ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });
});
