import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, ValidationReport, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { CODE_ENGINE, MODEL_ENGINE, engineText } from "#modules/kernel/types/engines.js";
import { validateManifest } from "#modules/kernel/types/manifest.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import { KernelShelf, testVector } from "#test/harness/sandboxKernel.js";
import { KernelFolder } from "../../kernels/testing/kernelFolder.js";
import type { ExecutionOutcome } from "../executor.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { CodeAggregator } from "../quickjs/aggregator.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { KernelRunner } from "./kernelRunner.js";

let shelf: KernelShelf;
let runner: KernelRunner;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
});

afterAll(() => shelf.remove());

/** The kernel of a folder, with test vectors made of those that the folder has. */
async function build(folder: KernelFolder): Promise<Manifest> {
  const compiled = compileAivmfile(folder.text("Aivmfile"));
  const { models, inferenceCode, aggregationCode } = compiled.files;
  const put = (file: string): Promise<Uint8Array> => shelf.put(folder.bytes(file));
  const code = aggregationCode === undefined ? {} : { aggregationCode: await put(aggregationCode) };
  const draft = completeManifest(compiled, {
    models: await Promise.all(models.map(({ file }) => put(file))),
    inferenceCode: await put(inferenceCode),
    testVectors: [],
    ...code,
  });
  const testVectors: Uint8Array[] = [];
  for (const vector of folder.vectors()) {
    const outcome = await run(draft, vector.input, vector.seed);
    const { output } = receiptOf(outcome);
    const input = ValueSet.encode(valuesFromJson(draft.inputs, vector.input));
    testVectors.push(await shelf.put(testVector(input, output, seedOf(vector.seed))));
  }
  return { ...draft, testVectors };
}

function seedOf(hex: string | undefined): Uint8Array {
  return hex === undefined ? new Uint8Array(32) : assertDefined(fromHex(hex), "seeds are hex");
}

function run(manifest: Manifest, input: unknown, seed?: string): Promise<ExecutionOutcome> {
  const call = {
    input: ValueSet.encode(valuesFromJson(manifest.inputs, input)),
    seed: seedOf(seed),
  };
  return runner.execute(`${manifest.name} ${toHex(manifest.inferenceCodeDigest)}`, manifest, call);
}

function receiptOf(outcome: ExecutionOutcome): Extract<ExecutionOutcome, { kind: "receipt" }> {
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  expect([outcome.receipt.status, outcome.detail]).toEqual([ReceiptStatus.OK, ""]);
  return outcome;
}

const BOUNDS = {
  maxGas: 1_000_000_000n,
  maxMemoryBytes: 268_435_456n,
  maxOutputBytes: 65_536n,
  maxInputBytes: 65_536n,
  maxCommittee: 16,
  maxTestVectors: 64,
  engines: [engineText(MODEL_ENGINE), engineText(CODE_ENGINE)],
};

describe.each(["digits", "iris"])("the sample kernel %s", (name) => {
  const folder = new KernelFolder(name);

  it("gives every test vector its label, within its limits", async () => {
    const manifest = await build(folder);
    for (const vector of folder.vectors()) {
      const { output } = receiptOf(await run(manifest, vector.input, vector.seed));
      const values = valuesToJson(manifest.outputs, ValueSet.decode(output));
      expect(values["label"], vector.name).toEqual(vector.expect.label.map(String));
    }
  });

  it("is a valid manifest and passes its validation job", async () => {
    const manifest = await build(folder);
    expect(() => {
      validateManifest(manifest, BOUNDS);
    }).not.toThrow();
    const { output } = receiptOf(await runner.validate(manifest));
    const report = ValidationReport.decode(output);
    expect(report).toMatchObject({ accepted: true, reason: "" });
    expect(report.modelGas).toBeGreaterThan(0n);
  });
});

describe("the ensemble of the sample kernel iris", () => {
  it("combines the answers of members with different seeds", async () => {
    const folder = new KernelFolder("iris");
    const manifest = await build(folder);
    const [vector] = folder.vectors();
    const outputs: Uint8Array[] = [];
    for (let seat = 0; seat < 5; seat++) {
      const outcome = await run(manifest, vector?.input, `${"0".repeat(63)}${seat}`);
      outputs.push(receiptOf(outcome).output);
    }
    expect(new Set(outputs.map(toHex)).size).toBeGreaterThan(1);
    const { execution, accepted } = new CodeAggregator().aggregate({
      code: folder.bytes("aggregate.js"),
      manifest,
      outputs,
      gasLimit: manifest.aggregation.gasLimit,
    });
    expect(execution.receipt.status).toBe(ReceiptStatus.OK);
    expect(accepted).toEqual([true, true, true, true, true]);
    const values = valuesToJson(manifest.outputs, ValueSet.decode(execution.output));
    expect(values["label"]).toEqual(vector?.expect.label.map(String));
  });
});
