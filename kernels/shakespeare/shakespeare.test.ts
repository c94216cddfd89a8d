import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";
import { KernelRunner } from "#sandbox/kernel/kernelRunner.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { KernelShelf } from "#test/harness/sandboxKernel.js";
import { KernelFolder } from "../testing/kernelFolder.js";

interface Report {
  readonly modelBytes: number;
  readonly modelSha256: string;
  readonly vocabularySha256: string;
  readonly bitsPerSign: number;
  readonly markovBitsPerSign: Readonly<Record<string, number>>;
}

interface TextVector {
  readonly input: { readonly prompt: string; readonly tokens: readonly [number] };
  readonly seed: string;
  readonly expect: { readonly text: string };
}

interface Written {
  readonly text: string;
  readonly gasUsed: bigint;
}

const folder = new KernelFolder("shakespeare");
const report = JSON.parse(folder.text("train/report.json")) as Report;
const JULIET = "JULIET:\nO Romeo,";
const SEEDS = ["11".repeat(32), "22".repeat(32)] as const;
let shelf: KernelShelf;
let runner: KernelRunner;
let manifest: Manifest;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
  const compiled = compileAivmfile(folder.text("Aivmfile"));
  const put = (file: string): Promise<Uint8Array> => shelf.put(folder.bytes(file));
  manifest = completeManifest(compiled, {
    models: await Promise.all(compiled.files.models.map(({ file }) => put(file))),
    inferenceCode: await put(compiled.files.inferenceCode),
    data: await Promise.all(compiled.files.data.map(({ file }) => put(file))),
    testVectors: [],
  });
});

afterAll(() => shelf.remove());

async function run(prompt: string, tokens: number, seed: string): Promise<ExecutionOutcome> {
  const input = ValueSet.encode(valuesFromJson(manifest.inputs, { prompt, tokens }));
  return runner.execute("shakespeare", manifest, { input, seed: fromHex(seed)! });
}

async function write(prompt: string, tokens: number, seed: string): Promise<Written> {
  const outcome = await run(prompt, tokens, seed);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  expect([outcome.receipt.status, outcome.detail]).toEqual([ReceiptStatus.OK, ""]);
  const values = valuesToJson(manifest.outputs, ValueSet.decode(outcome.output));
  return { text: values["text"] as string, gasUsed: outcome.receipt.gasUsed };
}

/** Why the kernel ends without a text. */
async function refusal(prompt: string, tokens: number): Promise<string> {
  const outcome = await run(prompt, tokens, SEEDS[0]);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  expect(outcome.receipt.status).toBe(ReceiptStatus.EXCEPTION);
  return outcome.detail;
}

function vectors(): Array<readonly [name: string, vector: TextVector]> {
  const names = readdirSync(folder.path("vectors")).sort();
  return names.map((name) => [name, JSON.parse(folder.text(`vectors/${name}`)) as TextVector]);
}

describe("kernels/shakespeare", () => {
  it("ships the model and the vocabulary that its report and its README describe", () => {
    expect(folder.digest("model.onnx")).toBe(report.modelSha256);
    expect(folder.bytes("model.onnx").length).toBe(report.modelBytes);
    expect(folder.digest("vocabulary.json")).toBe(report.vocabularySha256);
    expect(report.modelBytes).toBeLessThan(2_000_000);
    for (const digest of [report.modelSha256, report.vocabularySha256]) {
      expect(folder.text("README.md")).toContain(digest);
    }
  });

  it("foretells the held-out plays better than the Markov models, by the README's figures", () => {
    const { bitsPerSign, markovBitsPerSign } = report;
    expect(bitsPerSign).toBeLessThan(Math.min(...Object.values(markovBitsPerSign)));
    for (const bits of [bitsPerSign, ...Object.values(markovBitsPerSign)]) {
      expect(folder.text("README.md")).toContain(bits.toFixed(3));
    }
  });

  it("writes in the sandbox what Python wrote with the same noise, within the gas limit", async () => {
    expect(vectors().length).toBeGreaterThanOrEqual(5);
    for (const [name, { input, seed, expect: expected }] of vectors()) {
      const { text, gasUsed } = await write(input.prompt, input.tokens[0], seed);
      expect(text, name).toBe(expected.text);
      expect(gasUsed, name).toBeLessThan(manifest.limits.gas);
    }
  });

  it("writes the same for the same seed, whatever ran in between, and something else for another", async () => {
    const [seed, other] = SEEDS;
    const first = await write(JULIET, 24, seed);
    const another = await write(JULIET, 24, other);
    expect(another.text).not.toBe(first.text);
    expect(await write(JULIET, 24, seed)).toEqual(first);
  });

  it("begins alike however many tokens are asked for", async () => {
    const long = await write(JULIET, 12, SEEDS[0]);
    const short = await write(JULIET, 5, SEEDS[0]);
    expect(short.text).not.toBe("");
    expect(long.text.startsWith(short.text)).toBe(true);
  });

  it("says which sign of a prompt it does not know, and where", async () => {
    expect(await refusal("Où est", 1)).toContain('the prompt has "ù" as its sign 2;');
    expect(await refusal("O\u{1f600}7", 1)).toContain('the prompt has "\u{1f600}" as its sign 2;');
    expect(await refusal("Act 2", 1)).toContain('the prompt has "2" as its sign 5;');
  });

  it.each([0, -1, 65])("refuses to write %d tokens", async (tokens) => {
    expect(await refusal("O", tokens)).toContain(`tokens is ${tokens}, not 1 to 64`);
  });

  it("refuses an empty prompt", async () => {
    expect(await refusal("", 1)).toContain("the prompt is empty");
  });
});
