import { expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { encodeModel } from "./encodeModel.js";
import { LoadedModel } from "./loadedModel.js";
import { OnnxRuntime } from "./runtime.js";
import { WorkProbe, selectTensors } from "./workDigest.js";

const DIGEST = new Uint8Array(32).fill(7);

it("digests the runs of a model whose only tensor is its output: there is nothing to expose", async () => {
  const file = encodeModel({
    inputs: [],
    outputs: [{ name: "bytes", type: DataType.UINT8 }],
    nodes: [{ operator: "Identity", inputs: ["data"], outputs: ["bytes"] }],
    initializers: [
      { name: "data", type: DataType.UINT8, dims: [3], data: Uint8Array.of(97, 98, 99) },
    ],
  });
  const runtime = new OnnxRuntime();
  const loaded = await LoadedModel.load(runtime, file);
  expect((await loaded.run([])).map(({ data }) => toHex(data))).toEqual(["616263"]);
  const workKey = new Uint8Array(32).fill(1);
  expect(selectTensors(loaded, { workKey, digest: DIGEST })).toEqual([]);
  const probe = await WorkProbe.create(loaded, { workKey, digest: DIGEST });
  const work = await probe.run([]);
  expect(work).toHaveLength(32);
  expect(await probe.run([])).toEqual(work);
  await probe.release();
  await loaded.release();
});
