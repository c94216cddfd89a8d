import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { initKernel } from "./initCommand.js";
import { registerKernel } from "./register.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aivm-check-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function check(file: Uint8Array, ...flags: string[]): ReturnType<typeof runCommand> {
  const path = join(folder, "model.onnx");
  writeFileSync(path, file);
  return runCommand([registerKernel], ["kernel", "check", path, ...flags]);
}

const GOOD = encodeModel({
  inputs: [{ name: "x", type: 1, dims: ["n", 2] }],
  outputs: [{ name: "y", type: 1 }],
  nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
  initializers: [{ name: "w", type: 1, dims: [2, 3], data: float32Data([1, 2, 3, 4, 5, 6]) }],
  metadata: { "aivm.max.n": "4" },
});

const BAD = encodeModel({
  operatorSet: 30,
  inputs: [{ name: "x", type: 1, dims: ["n", 2] }],
  outputs: [{ name: "y", type: 1 }],
  nodes: [
    { operator: "RandomNormalLike", name: "noise", inputs: ["x"], outputs: ["a"] },
    { operator: "NonZero", inputs: ["a"], outputs: ["y"] },
  ],
});

describe("kernel check of a model file", () => {
  it("says what a good one holds, takes, gives and costs", async () => {
    const { code, stdout, stderr } = await check(GOOD);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("1 node: MatMul");
    expect(stdout).toContain("x float32[1..4,2]");
    // A run, a node, and 4 × 3 outputs of 2 products each.
    expect(stdout).toContain(`${100_000 + 2_000 + 24} for a run on the largest inputs`);
    expect(stdout).toContain("nothing to object to");
  });

  it("gives the same as JSON", async () => {
    const { code, stdout } = await check(GOOD, "--output", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      accepted: true,
      findings: [],
      operator_sets: ["ai.onnx 17"],
      operators: { MatMul: 1 },
      parameters: "6",
      inputs: ["x float32[1..4,2]"],
      outputs: ["y float32"],
      model_gas: "102024",
    });
  });

  it("lists everything that would be refused, and ends with an error", async () => {
    const { code, stdout, stderr } = await check(BAD);
    expect(code).toBe(1);
    expect(stderr).toContain("author/3");
    expect(stderr).toContain("4 things to change");
    expect(stdout.match(/^(the model|RandomNormalLike noise|NonZero #1|input x) .*$/gmu)).toEqual([
      expect.stringContaining("uses operator set 30"),
      expect.stringContaining("is random"),
      expect.stringContaining("has an output whose shape depends on data"),
      expect.stringContaining("set metadata aivm.max.n to its largest value"),
    ]);
  });

  it("names node, operator, reason and the way out in JSON", async () => {
    const { code, stdout } = await check(BAD, "--output", "json");
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: readonly unknown[] };
    expect(findings[1]).toEqual({
      place: "RandomNormalLike noise",
      node: "noise",
      operator: "RandomNormalLike",
      reason: "is random",
      advice: "take noise as an input, made by infer.js with aivm.random",
    });
  });

  it("says what is wrong with a damaged one", async () => {
    const { code, stdout } = await check(GOOD.slice(0, GOOD.length - 9));
    expect(code).toBe(1);
    expect(stdout).toContain("is no readable model: the model file is truncated");
  });

  it("passes on what the runtime says of one that it refuses", async () => {
    const wrong = encodeModel({
      inputs: [{ name: "x", type: 1, dims: [2, 2] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
      initializers: [{ name: "w", type: 1, dims: [3, 1], data: float32Data([1, 2, 3]) }],
    });
    const { code, stdout } = await check(wrong);
    expect(code).toBe(1);
    expect(stdout).toContain("is refused by the runtime");
    expect(stdout).toContain("Incompatible dimensions");
  });

  it("warns of one that runs at its largest size alone, as tracing exporters write it", async () => {
    const traced = encodeModel({
      inputs: [{ name: "x", type: 1, dims: ["n", 2] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "Reshape", inputs: ["x", "shape"], outputs: ["y"] }],
      initializers: [
        { name: "shape", type: 7, dims: [1], data: new Uint8Array(Uint32Array.of(8, 0).buffer) },
      ],
      metadata: { "aivm.max.n": "4" },
    });
    const { code, stdout } = await check(traced);
    expect(code).toBe(0);
    expect(stdout).toMatch(/half sizes +the runtime refuses x 2x2: /u);
    expect(stdout).toContain("does not run at all sizes that it declares");
    const { stdout: json } = await check(traced, "--output", "json");
    expect(JSON.parse(json)).toMatchObject({
      accepted: true,
      half_size_refusal: expect.stringContaining("x 2x2") as string,
    });
  });

  it("does not read one of ten gigabytes", async () => {
    const path = join(folder, "model.onnx");
    writeFileSync(path, "");
    truncateSync(path, 10 * 2 ** 30);
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "check", path]);
    expect(code).toBe(1);
    expect(stderr).toContain("10737418240 bytes");
    expect(stderr).toContain("at most 104857600 (100 MiB)");
  });

  it("refuses one of a kernel that no chain would take", async () => {
    const kernel = join(folder, "sums");
    initKernel(kernel);
    truncateSync(join(kernel, "model.onnx"), 104_857_601);
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "check", kernel]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("model net (model.onnx): 104857601 bytes"),
    ]);
  });

  it("says when there is none", async () => {
    const path = join(folder, "absent.onnx");
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "check", path]);
    expect(code).toBe(1);
    expect(stderr).toContain("absent.onnx: does not exist");
  });
});
