import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { CommandOutcome } from "#test/harness/clientCommand.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { runKernelCommand } from "#test/harness/kernelCommand.js";
import { bundleWithoutRun, publishFolder } from "#test/harness/publishedKernel.js";
import { fakeTxContext } from "#test/harness/sdkClient.js";
import { createStyle } from "../../../terminal/style.js";
import { Terminal } from "../../../terminal/terminal.js";
import { writeBundle } from "../bundleFolder.js";
import { initKernel } from "../initCommand.js";
import { compareKernels } from "./compareKernels.js";
import { differenceText } from "./differenceText.js";
import { viewKernel } from "./kernelView.js";

let fake: FakeChainRpc;
let root: string;
let before: string;
let after: string;

const edit = (file: string, change: (text: string) => string): void => {
  writeFileSync(file, change(readFileSync(file, "utf8")));
};

beforeAll(async () => {
  fake = await FakeChainRpc.start();
  new FakeRegistry(fake);
  root = mkdtempSync(join(tmpdir(), "aivm-diff-"));
  before = join(root, "sums");
  after = join(root, "after");
  initKernel(before);
  await publishFolder(fakeTxContext(fake), before);
  cpSync(before, after, { recursive: true });
  edit(join(after, "Aivmfile"), (text) => text.replace("gas 20_000_000", "gas 5_000"));
  edit(join(after, "infer.js"), (text) =>
    text.replace("return { y: y.data }", "return { y }").replace("/**", "/** \u001b[31m"),
  );
  writeFileSync(join(after, "vectors/two.json"), '{"input": {"x": [0, 0, 0, 2]}}');
  const model = encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 4] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [
      { operator: "MatMul", inputs: ["x", "w"], outputs: ["z"] },
      { operator: "Relu", inputs: ["z"], outputs: ["y"] },
    ],
    initializers: [
      { name: "w", type: DataType.FLOAT32, dims: [4, 1], data: float32Data([1, 2, 3, 4]) },
    ],
  });
  writeFileSync(join(after, "model.onnx"), model);
});

afterAll(async () => {
  await fake.close();
  rmSync(root, { recursive: true });
});

function kernel(...words: readonly string[]): Promise<CommandOutcome> {
  return runKernelCommand(fake, ...words);
}

describe("kernel diff", () => {
  it("finds a folder, its bundle and what was published of it the same", async () => {
    const bundle = join(root, "bundle");
    writeBundle(bundle, { ...bundleWithoutRun(before), parents: [] });
    for (const other of ["sums", "sums@1", bundle]) {
      expect(await kernel("diff", before, other)).toMatchObject({
        code: 0,
        stdout: "the two are the same\n",
      });
    }
  });

  it("names fields, artifacts, operators, vectors and lines of code that differ", async () => {
    const { code, stdout } = await kernel("diff", "sums", after, "-o", "json");
    expect(code).toBe(0);
    const same = { inputs: ["x float32[1,4]"], outputs: ["y float32"] };
    expect(JSON.parse(stdout)).toMatchObject({
      same: false,
      fields: [{ field: "limits.gas", before: "20000000", after: "5000" }],
      artifacts: [{ artifact: "model net" }, { artifact: "infer.js" }],
      models: [
        {
          model: "model net",
          before: { ...same, operators: { MatMul: 1 }, parameters: "4" },
          after: { ...same, operators: { MatMul: 1, Relu: 1 }, parameters: "4" },
        },
      ],
      vectors: { added: 1, removed: 0, other_output: 0, reordered: false },
      code: [
        {
          file: "infer.js",
          diff: expect.arrayContaining(["-  return { y: y.data };", "+  return { y };"]) as unknown,
        },
      ],
    });
  });

  it("paints on a terminal what is gone and what is new, and nothing in a pipe", async () => {
    const fetch = (): never => expect.fail("no chain is named");
    const views = await Promise.all([before, after].map((path) => viewKernel(path, fetch)));
    const difference = compareKernels(views[0]!, views[1]!);
    const text = (isColoured: boolean): string => {
      const stream = { write: () => true };
      const colours = { stdout: isColoured, stderr: false };
      return differenceText(
        new Terminal({ stdout: stream, stderr: stream, output: "text", colours }),
        difference,
      );
    };
    const { red, green } = createStyle(true);
    expect(text(true)).toContain(`${red("-limits.gas 20000000")}\n${green("+limits.gas 5000")}`);
    expect(text(true)).toContain(green("+operator Relu × 1"));
    expect(text(false)).not.toContain("\u001b");
    expect(text(false)).toContain("+/** \\u001b[31m");
  });

  it("names the folder of a vector that is wrong", async () => {
    const wrong = join(root, "wrong");
    cpSync(before, wrong, { recursive: true });
    writeFileSync(join(wrong, "vectors/one.json"), "[]");
    const { code, stderr } = await kernel("diff", before, wrong);
    const place = join(wrong, "vectors/one.json");
    expect([code, stderr]).toEqual([1, expect.stringContaining(`author/4 ${place}: not a JSON`)]);
  });

  it("of a folder that is none says so", async () => {
    const { code, stderr } = await kernel("diff", "./absent", before);
    expect([code, stderr]).toEqual([1, expect.stringContaining("absent/Aivmfile: does not exist")]);
  });
});

describe("kernel inspect", () => {
  it("shows a published version as an Aivmfile with digests and models", async () => {
    const { code, stdout } = await kernel("inspect", "sums");
    expect(code).toBe(0);
    expect(stdout).toContain("LIMIT     gas 20_000_000  memory 32MiB  output 1KiB\n");
    expect(stdout).toMatch(/^model net +[0-9]+ {2}[0-9a-f]{64}$/m);
    expect(stdout).toContain("x float32[1,4] → y float32\n");
  });

  it("gives the same of a sample kernel as JSON", async () => {
    const iris = fileURLToPath(new URL("../../../../../kernels/iris", import.meta.url));
    const { stdout } = await kernel("inspect", iris, "-o", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      manifest: { name: "iris" },
      artifacts: [
        { artifact: "model net" },
        { artifact: "infer.js" },
        { artifact: "aggregate.js" },
      ],
    });
  });
});
