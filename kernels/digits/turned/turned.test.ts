import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Adapter, type Manifest, Model, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { makeAdapter } from "#cmd/aivmd/commands/kernel/adapter/makeAdapter.js";
import { readSafetensors } from "#cmd/aivmd/commands/kernel/adapter/readSafetensors.js";
import { toHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import { KernelRunner } from "#sandbox/kernel/kernelRunner.js";
import { applyAdapter } from "#sandbox/onnx/adapter.js";
import { parseModel } from "#sandbox/onnx/model.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { KernelShelf } from "#test/harness/sandboxKernel.js";
import { KernelFolder } from "../../testing/kernelFolder.js";

interface Report {
  readonly mergedSha256: string;
  readonly heldOut: number;
  readonly correctWithout: number;
  readonly correct: number;
}

const SIDE = 8;
const digits = new KernelFolder("digits");
const folder = new KernelFolder("digits/turned");
const report = JSON.parse(folder.text("report.json")) as Report;
let shelf: KernelShelf;
let runner: KernelRunner;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
});

afterAll(() => shelf.remove());

/** Held-out digits, each turned by a quarter to the left, with their labels. */
function heldOut(): Array<{ readonly image: readonly number[]; readonly label: string }> {
  const { digits: rows } = JSON.parse(digits.text("train/heldout.json")) as { digits: string[] };
  return rows.map((row) => {
    const [text = "", label = ""] = row.split(" ");
    const pixels = Array.from(text, (figure) => Number.parseInt(figure, 17));
    const image = pixels.map((_, place) => {
      const [y, x] = [Math.floor(place / SIDE), place % SIDE];
      return pixels[x * SIDE + (SIDE - 1 - y)]!;
    });
    return { image, label };
  });
}

/** The kernel digits with another model, and an adapter if one is given. */
async function kernel(model: Uint8Array, adapter?: Uint8Array): Promise<Manifest> {
  const compiled = compileAivmfile(digits.text("Aivmfile"));
  const digest = await shelf.put(model);
  const manifest = completeManifest(compiled, {
    models: [digest],
    inferenceCode: await shelf.put(digits.bytes("infer.js")),
    testVectors: [],
  });
  if (adapter === undefined) return manifest;
  const adapterDigest = await shelf.put(adapter);
  return { ...manifest, models: [Model.create({ name: "net", digest, adapterDigest })] };
}

async function answers(key: string, manifest: Manifest): Promise<readonly Uint8Array[]> {
  const outputs: Uint8Array[] = [];
  for (const { image } of heldOut()) {
    const input = ValueSet.encode(valuesFromJson(manifest.inputs, { image }));
    const outcome = await runner.execute(key, manifest, { input, seed: new Uint8Array(32) });
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    outputs.push(outcome.output);
  }
  return outputs;
}

function correct({ outputs: fields }: Manifest, outputs: readonly Uint8Array[]): number {
  const labels = outputs.map((output) => valuesToJson(fields, ValueSet.decode(output))["label"]);
  return heldOut().filter(({ label }, index) => String(labels[index]) === label).length;
}

describe("kernels/digits/turned", () => {
  it("has the adapter that its factors make, and the model that its report names", () => {
    const model = parseModel(digits.bytes("model.onnx"));
    const tensors = readSafetensors("factors.safetensors", folder.bytes("factors.safetensors"));
    const options = { scaleOf: () => 1, names: new Map(), transposed: new Set<string>() };
    const made = Adapter.encode(makeAdapter("factors.safetensors", tensors, { model, options }));
    expect(toHex(made)).toBe(toHex(folder.bytes("turned.adapter")));
    expect(folder.digest("merged.onnx")).toBe(report.mergedSha256);
  });

  it("makes of model and adapter the very file that numpy and onnx make", () => {
    const file = new Uint8Array(digits.bytes("model.onnx"));
    applyAdapter(parseModel(file), folder.bytes("turned.adapter"), "net");
    expect(toHex(file)).toBe(toHex(folder.bytes("merged.onnx")));
  });

  it("answers as the merged model does, to the bit, and as well as the report says", async () => {
    const base = digits.bytes("model.onnx");
    const plain = await kernel(base);
    const adapted = await kernel(base, folder.bytes("turned.adapter"));
    const merged = await kernel(folder.bytes("merged.onnx"));
    const outputs = await answers("adapted", adapted);
    expect(outputs).toHaveLength(report.heldOut);
    expect(outputs).toEqual(await answers("merged", merged));
    expect(correct(adapted, outputs)).toBe(report.correct);
    expect(correct(plain, await answers("plain", plain))).toBe(report.correctWithout);
  });
});
