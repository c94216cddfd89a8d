import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { encodeModel } from "#sandbox/onnx/encodeModel.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { pngFile } from "#test/harness/pngFile.js";
import { buildKernel } from "./buildKernel.js";
import { readBundle, writeBundle } from "./bundleFolder.js";
import { checkSource } from "./checkSource.js";
import { initKernel } from "./initCommand.js";
import { readKernelSource } from "./kernelSource.js";
import { answerAll, readLocalKernel } from "./localRun.js";
import { type LocalSandbox, withLocalSandbox } from "./localSandbox.js";
import { decodePng } from "./picture/decodePng.js";
import { imageField } from "./picture/imageField.js";
import { pictureInput } from "./picture/pictureInput.js";
import { registerKernel } from "./register.js";
import { findTemplate, TEMPLATES } from "./templates/templates.js";
import { runTest } from "./testCommand.js";

let entry: string;
let sandbox: LocalSandbox;
let endSandbox: () => void;
let sandboxEnded: Promise<void>;
let root: string;
let folder: string;

beforeAll(async () => {
  entry = await buildSandboxChild();
  // One for all tests: to start its processes is most of the work.
  await new Promise<void>((ready) => {
    sandboxEnded = withLocalSandbox(
      async (opened) => {
        sandbox = opened;
        const ended = new Promise<void>((end) => (endSandbox = end));
        ready();
        await ended;
      },
      { entry },
    );
  });
});

afterAll(async () => {
  endSandbox();
  await sandboxEnded;
  rmSync(entry);
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aivm-author-"));
  folder = join(root, "my-kernel");
  initKernel(folder);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function edit(file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

const ZEROS = new Uint8Array(32);
const sample = (name: string): string =>
  fileURLToPath(new URL(`../../../../kernels/${name}`, import.meta.url));

describe("a new kernel", () => {
  it("is built, passes its vectors and the validators' job, and gives its answer", async () => {
    const { bundle, results } = await buildKernel(sandbox, folder);
    expect(results.map(({ file, problem }) => [file, problem])).toEqual([
      ["vectors/all.json", undefined],
      ["vectors/one.json", undefined],
    ]);
    expect(bundle.manifest.testVectors).toHaveLength(2);
    const { report } = await runTest(sandbox, folder, () => undefined);
    expect(report).toMatchObject({ accepted: true, reason: "" });
    const kernel = readLocalKernel(folder);
    const [answer] = await answerAll(sandbox, kernel, [{ x: [0, 0, 0, 2] }], ZEROS);
    expect(answer).toMatchObject({ output: { y: [8] }, members: 1 });
  });

  it("does not go where something is", async () => {
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "init", folder]);
    expect(code).toBe(1);
    expect(stderr).toContain("author/10");
  });

  it("needs a name that kernels may have", async () => {
    const place = join(root, "My Kernel");
    const { code, stderr } = await runCommand([registerKernel], ["kernel", "init", place]);
    expect(code).toBe(2);
    expect(stderr).toContain("lower-case letters, digits and dashes: My Kernel; give --name");
  });
});

describe("a template", () => {
  it.each(TEMPLATES.map((template) => [template.name, template] as const))(
    "%s is tidy and passes check, its vectors, the validators' job and its sample",
    async (name, template) => {
      const place = join(root, name);
      const args = ["kernel", "init", place, "--template", name];
      expect(await runCommand([registerKernel], args)).toMatchObject({ code: 0, stderr: "" });
      const check = ["kernel", "check", place];
      expect(await runCommand([registerKernel], check)).toMatchObject({ code: 0, stderr: "" });
      const fmt = await runCommand([registerKernel], ["kernel", "fmt", "--check", place]);
      expect(fmt.stderr).toBe("");
      const { results, report } = await runTest(sandbox, place, () => undefined);
      expect(results.map(({ problem }) => problem)).toEqual(template.vectors.map(() => undefined));
      expect(report).toMatchObject({ accepted: true, reason: "" });
      const input = JSON.parse(template.sample) as Record<string, number[]>;
      const answers = await answerAll(sandbox, readLocalKernel(place), [input, input], ZEROS);
      expect(answers[0]).toEqual(answers[1]);
    },
  );

  it("of TypeScript has no mistake of types", () => {
    const place = join(root, "typed");
    initKernel(place, undefined, findTemplate("typescript"));
    const compiler = fileURLToPath(import.meta.resolve("typescript/lib/tsc.js"));
    const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", place], {
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, ""]);
  });

  it("of text goes on alike with one seed and otherwise with another", async () => {
    const place = join(root, "text");
    initKernel(place, undefined, findTemplate("text-generation"));
    const kernel = readLocalKernel(place);
    const input = { prompt: "the " };
    const [one] = await answerAll(sandbox, kernel, [input], ZEROS);
    const [other] = await answerAll(sandbox, kernel, [input], new Uint8Array(32).fill(9));
    expect(one?.output["text"]).toMatch(/^[a-z .]{32}$/);
    expect(other?.output["text"]).not.toBe(one?.output["text"]);
  });
});

describe("a bundle", () => {
  it("is the same after it was written and read, and passes as it is", async () => {
    const { bundle } = await buildKernel(sandbox, folder);
    const place = join(root, "bundle");
    writeBundle(place, bundle);
    const read = readBundle(place);
    expect(toHex(manifestHash(read.manifest))).toBe(toHex(manifestHash(bundle.manifest)));
    expect(read.artifacts.map(toHex).sort()).toEqual(bundle.artifacts.map(toHex).sort());
    const { results, report } = await runTest(sandbox, place, () => undefined);
    expect(results.map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect(report?.accepted).toBe(true);
  });

  it("is refused when an artifact was changed, or is missing", async () => {
    const { bundle } = await buildKernel(sandbox, folder);
    const place = join(root, "bundle");
    writeBundle(place, bundle);
    const file = join(place, "artifacts", toHex(bundle.manifest.inferenceCodeDigest));
    writeFileSync(file, "other");
    expect(() => readBundle(place)).toThrow(`${file}: the file was changed`);
    rmSync(file);
    expect(() => readBundle(place)).toThrow(`${file}: the bundle lacks this artifact`);
  });
});

describe("the place of a bundle", () => {
  it.each(["", "/"])("is made, and its bundle replaced, with %j at its end", async (end) => {
    const { bundle } = await buildKernel(sandbox, folder);
    const place = join(root, "deep", "bundle");
    writeBundle(`${place}${end}`, bundle);
    writeFileSync(join(place, "artifacts", "stale"), "");
    writeBundle(`${place}${end}`, bundle);
    expect(readdirSync(join(place, "artifacts"))).toHaveLength(bundle.artifacts.length);
    expect(readdirSync(join(root, "deep"))).toEqual(["bundle"]);
  });

  it.each(["my-kernel", "my-kernel/infer.js"])(
    "is not where anything else is, which stays: %s",
    async (place) => {
      const before = readdirSync(folder, { recursive: true });
      const out = join(root, place);
      const args = ["kernel", "build", folder, "--out", out];
      const { code, stderr } = await runCommand([registerKernel], args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`author/10 ${out}: is `)]);
      expect(readdirSync(folder, { recursive: true })).toEqual(before);
      expect(readdirSync(root)).toEqual(["my-kernel"]);
    },
  );
});

describe("a kernel that is wrong", () => {
  it.each([
    [
      "Aivmfile",
      "ENGINE    ort-wasm/1.30.0",
      "ENGINE onnx/2",
      "kernel/10 Aivmfile:4:8: onnx/2 is not an engine",
    ],
    ["Aivmfile", "LICENSE   Apache-2.0\n", "", "kernel/11"],
    [
      "Aivmfile",
      "NAME      my-kernel",
      "NAME UP",
      "kernel/13 Aivmfile:3:6: name: UP is not allowed; write 3 to 64",
    ],
    ["Aivmfile", "infer.js", "other.js", "other.js: does not exist (Aivmfile:6:11)"],
    ["Aivmfile", "vectors/*.json", "vectors/x*.json", "no file fits"],
    ["vectors/one.json", '"x"', '"z"', "vectors/one.json: JSON value does not fit the field (at z"],
    [
      "vectors/one.json",
      "1,",
      "1, 5,",
      "vectors/one.json: value has a wrong length (field x, foundBytes 20",
    ],
    ["vectors/one.json", '"y"', '"q"', "expect.q is no OUTPUT"],
    [
      "vectors/one.json",
      '"expect"',
      '"expected"',
      "expected is neither input nor seed nor expect nor output_digest",
    ],
    ["vectors/one.json", "{", "", "vectors/one.json: not a JSON object"],
  ])("is refused with the place: %s without %j", async (file, from, to, problem) => {
    edit(file, (text) => text.replace(from, to));
    const { code, stdout, stderr } = await runCommand(
      [registerKernel],
      ["kernel", "check", folder],
    );
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(problem);
  });

  it("is refused when its model has an operator outside the profile, which is named", () => {
    const model = encodeModel({
      inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 4] }],
      outputs: [{ name: "y", type: DataType.FLOAT32 }],
      nodes: [
        { operator: "Relu", inputs: ["x"], outputs: ["a"], name: "first" },
        { operator: "RandomNormalLike", inputs: ["a"], outputs: ["y"], name: "dice" },
      ],
    });
    writeFileSync(join(folder, "model.onnx"), model);
    expect(() => checkSource(readKernelSource(folder))).toThrow(
      /model net \(model\.onnx\): .*dice/,
    );
  });

  it("is refused when its model is truncated", () => {
    const path = join(folder, "model.onnx");
    writeFileSync(path, readFileSync(path).subarray(0, 40));
    expect(() => checkSource(readKernelSource(folder))).toThrow("model net (model.onnx): ");
  });

  it("fails the vectors that do not give what they promise, and says what they give", async () => {
    edit("vectors/one.json", (text) => text.replace(/"y": \[\s*1\s*\]/, '"y": [2]'));
    const { results, report } = await runTest(sandbox, folder, () => undefined);
    expect(results.map(({ problem }) => problem)).toEqual([undefined, "y is [1], expected [2]"]);
    expect(report).toBeUndefined();
    await expect(buildKernel(sandbox, folder)).rejects.toThrow("1 of 2 test vectors failed");
  });

  it("fails with the exception of its code", async () => {
    edit("infer.js", (text) => text.replace("return {", 'throw new Error("no luck"); return {'));
    const { results } = await runTest(sandbox, folder, () => undefined);
    expect(results[0]?.problem).toMatch(/^EXCEPTION: .*no luck/);
    const kernel = readLocalKernel(folder);
    await expect(answerAll(sandbox, kernel, [{ x: [0, 0, 0, 2] }], ZEROS)).rejects.toThrow(
      "the kernel ends with EXCEPTION",
    );
  });
});

describe("the sample kernels", () => {
  it("digits reads its sample of a handwritten three", async () => {
    const path = join(sample("digits"), "samples/digit-3.json");
    const input = JSON.parse(readFileSync(path, "utf8")) as { image: number[] };
    const kernel = readLocalKernel(sample("digits"));
    const [answer] = await answerAll(sandbox, kernel, [input], ZEROS);
    expect(answer?.output["label"]).toEqual(["3"]);
  });

  it("digits reads a handwritten three in a picture, black on white, that is larger", async () => {
    const path = join(sample("digits"), "samples/digit-3.json");
    const { image } = JSON.parse(readFileSync(path, "utf8")) as { image: number[] };
    const size = 120;
    const samples = Uint8Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return 255 - (image[Math.floor(row / 15) * 8 + Math.floor(column / 15)] ?? 0) * 15;
    });
    const picture = decodePng(pngFile({ width: size, height: size, samples, filters: [4, 2] }));
    const kernel = readLocalKernel(sample("digits"));
    const input = pictureInput(picture, imageField(kernel.manifest.inputs));
    const [answer] = await answerAll(sandbox, kernel, [input], ZEROS);
    expect(answer?.output["label"]).toEqual(["3"]);
  });

  it("iris makes one answer of as many members as its committee has", async () => {
    cpSync(sample("iris"), join(root, "iris"), { recursive: true });
    const kernel = readLocalKernel(join(root, "iris"));
    const input = { measurements: [5.1, 3.5, 1.4, 0.2] };
    const [answer] = await answerAll(sandbox, kernel, [input], ZEROS);
    expect(answer).toMatchObject({ output: { label: ["0"] }, members: 4 });
  });

  it("refuse an input that does not match the schema, and say which field and why", async () => {
    const kernel = readLocalKernel(sample("digits"));
    const short = { image: [1, 2, 3] };
    await expect(answerAll(sandbox, kernel, [short], ZEROS)).rejects.toThrow(/image/);
  });
});
