import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Manifest,
  TestVector,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { doubledDistance, readSample } from "#modules/kernel/types/samples.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";
import { KernelRunner } from "#sandbox/kernel/kernelRunner.js";
import { NativeRuntime } from "#sandbox/onnx/nativeRuntime.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { KernelShelf } from "#test/harness/sandboxKernel.js";
import { KernelFolder } from "../testing/kernelFolder.js";

interface ProbabilityVector {
  readonly input: { readonly prompt: string };
  readonly expect: { readonly probs: readonly number[] };
}

const ENGINES = ["wasm", "native"] as const;
const NO_SEED = new Uint8Array(32);
/** Twice the distance, in millionths, that two implementations of one network may have. */
const ROUNDING = 100;

const folder = new KernelFolder("shakespeare-probabilities");
const original = new KernelFolder("shakespeare");
const runners = new Map<(typeof ENGINES)[number], KernelRunner>();
let shelf: KernelShelf;
let manifest: Manifest;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  const program = loadQuickJs();
  runners.set("wasm", new KernelRunner({ program, runtime: new OnnxRuntime() }, shelf.folder));
  runners.set("native", new KernelRunner({ program, runtime: new NativeRuntime() }, shelf.folder));
  const compiled = compileAivmfile(folder.text("Aivmfile"));
  const put = (file: string): Promise<Uint8Array> => shelf.put(folder.bytes(file));
  manifest = completeManifest(compiled, {
    models: await Promise.all(compiled.files.models.map(({ file }) => put(file))),
    data: await Promise.all(compiled.files.data.map(({ file }) => put(file))),
    inferenceCode: await put(compiled.files.inferenceCode),
    testVectors: [],
  });
});

afterAll(async () => {
  await shelf.remove();
});

function run(engine: (typeof ENGINES)[number], prompt: string): Promise<ExecutionOutcome> {
  const input = ValueSet.encode(valuesFromJson(manifest.inputs, { prompt }));
  return runners.get(engine)!.execute(engine, manifest, { input, seed: NO_SEED });
}

async function outputOf(engine: (typeof ENGINES)[number], prompt: string): Promise<Uint8Array> {
  const outcome = await run(engine, prompt);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  expect([outcome.receipt.status, outcome.detail]).toEqual([ReceiptStatus.OK, ""]);
  expect(outcome.receipt.gasUsed).toBeLessThan(manifest.limits.gas);
  return outcome.output;
}

function vectors(): ProbabilityVector[] {
  const names = readdirSync(folder.path("vectors")).sort();
  return names.map((name) => JSON.parse(folder.text(`vectors/${name}`)) as ProbabilityVector);
}

/** The vector as an artifact, with the output that its file promises. */
function artifactOf({ input, expect: { probs } }: ProbabilityVector): Uint8Array {
  const output = ValueSet.encode(valuesFromJson(manifest.outputs, { probs }));
  return TestVector.encode({
    input: valuesFromJson(manifest.inputs, input),
    seed: NO_SEED,
    outputDigest: sha256(output),
    output,
  });
}

describe("kernels/shakespeare-probabilities", () => {
  it("is made of the very model and vocabulary of kernels/shakespeare", () => {
    for (const file of ["model.onnx", "vocabulary.json"]) {
      expect(folder.digest(file)).toBe(original.digest(file));
    }
  });

  it.each(ENGINES)(
    "gives on the %s engine what Python computed, but for rounding",
    async (engine) => {
      expect(vectors().length).toBeGreaterThanOrEqual(4);
      for (const { input, expect: expected } of vectors()) {
        const wanted = ValueSet.encode(valuesFromJson(manifest.outputs, { ...expected }));
        const [a, b] = [await outputOf(engine, input.prompt), wanted].map((bytes) =>
          readSample(manifest.outputs, bytes)!,
        );
        expect(doubledDistance(a!, b!, ROUNDING), input.prompt).toBeDefined();
        const total = [...a!.vectors[0]!].reduce((sum, one) => sum + one, 0);
        expect(Math.abs(total - 1_000_000)).toBeLessThanOrEqual(20);
      }
    },
  );

  it("is accepted by the validation job on either engine, with the same report", async () => {
    const testVectors = await Promise.all(vectors().map((one) => shelf.put(artifactOf(one))));
    const reports = await Promise.all(
      ENGINES.map(async (engine) => {
        const outcome = await runners.get(engine)!.validate({ ...manifest, testVectors });
        return outcome.kind === "receipt" ? ValidationReport.decode(outcome.output) : outcome;
      }),
    );
    expect(reports[0]).toMatchObject({ accepted: true, reason: "" });
    expect(reports[1]).toEqual(reports[0]);
  });

  it("fails for a sign that no play has, which all members agree on", async () => {
    for (const engine of ENGINES) {
      const outcome = await run(engine, "Act 2");
      expect(outcome).toMatchObject({ receipt: { status: ReceiptStatus.EXCEPTION } });
    }
  });
});
