import { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { fromUtf8, toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import type { ConformanceResult } from "../executor.js";
import { type Engines, LoadedKernel } from "../kernel/loadedKernel.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import { Realm } from "../quickjs/realm.js";
import type { RealmFile } from "../quickjs/realmFiles.js";
import { adaptedModel } from "./adapterVector.js";
import { CONFORMANCE_DIGESTS } from "./digests.js";
import { kernelVector } from "./kernelVector.js";
import { type OperatorGroup, operatorGroups } from "./operatorGroups.js";
import { CONFORMANCE_SCRIPTS, type ConformanceScript } from "./scripts.js";

/** Majors of Node whose JavaScript and WebAssembly engine the vectors were run on. */
const TESTED_NODE_MAJORS: readonly string[] = ["20", "22", "24"];
const SCRIPT_GAS = 2_000_000_000n;
const SCRIPT_MEMORY_BYTES = 33_554_432;
const SEED = new Uint8Array(32).fill(7);

/**
 * Runs every conformance vector and compares its digest with the committed one. A mismatch means
 * that this host would reveal other results than the rest of the network.
 */
export async function checkConformance(engines: Engines): Promise<ConformanceResult> {
  const [major = ""] = process.versions.node.split(".");
  if (!TESTED_NODE_MAJORS.includes(major)) {
    return { conforms: false, reason: `Node ${major} is not a tested version` };
  }
  const digests = await computeConformanceDigests(engines);
  for (const [name, digest] of digests) {
    const expected = CONFORMANCE_DIGESTS.get(name);
    if (digest !== expected) {
      return { conforms: false, reason: `vector ${name} gives ${digest}` };
    }
  }
  assert(digests.size === CONFORMANCE_DIGESTS.size, "every committed digest has a vector");
  return { conforms: true };
}

/** Runs a whole kernel once, so that the next one finds the engines compiled. */
export async function warmUp(engines: Engines): Promise<void> {
  await runKernel(engines);
}

/** Digest of each vector on this host, in hex, by name. */
export async function computeConformanceDigests(engines: Engines): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const group of operatorGroups()) {
    digests.set(`operators/${group.name}`, toHex(await runGroup(engines, group)));
  }
  for (const script of CONFORMANCE_SCRIPTS) {
    digests.set(`script/${script.name}`, toHex(runScript(engines, script)));
  }
  digests.set("adapter", toHex(sha256(adaptedModel())));
  digests.set("kernel", toHex(await runKernel(engines)));
  return digests;
}

async function runGroup({ runtime }: Engines, group: OperatorGroup): Promise<Uint8Array> {
  const model = await LoadedModel.load(runtime, group.file);
  const outputs = await model.run(group.inputs);
  const { gas, peakTensorBytes } = await model.largestCost();
  await model.release();
  const parts = outputs.flatMap(({ dims, data }) => [utf8(dims.join("x")), data]);
  const cost = [uint64ToBytes(gas), uint64ToBytes(peakTensorBytes)];
  return domainHash("aivm/conformance/operators/v1", ...cost, ...parts);
}

/** Hash over the text that a script gives and the gas that it uses. */
function runScript({ program }: Engines, script: ConformanceScript): Uint8Array {
  const { code, libraries = {}, data = {} } = script;
  const files = (sources: Readonly<Record<string, string>>): RealmFile[] =>
    Object.entries(sources).map(([name, text]) => ({ name, bytes: utf8(text) }));
  const realm = new Realm(program, {
    code: utf8(`export async function infer(input, aivm) { const run = () => { ${code} };
      return { text: await run() }; }`),
    libraries: files(libraries),
    data: files(data),
    memoryBytes: SCRIPT_MEMORY_BYTES,
    gasLimit: SCRIPT_GAS,
    config: {
      entry: "infer",
      inputs: [],
      outputs: [{ name: "text", type: DataType.STRING, shape: [] }],
      models: [],
    },
  });
  const event = realm.start([[]], () => SEED);
  const text = event.kind === "done" ? event.outputs[0]?.data : undefined;
  const detail = event.kind === "failed" ? event.failure.detail : "";
  return domainHash(
    "aivm/conformance/script/v1",
    utf8(fromUtf8(text ?? new Uint8Array(0)) ?? ""),
    utf8(detail),
    uint64ToBytes(realm.gasUsed),
  );
}

async function runKernel(engines: Engines): Promise<Uint8Array> {
  const { manifest, artifacts, input } = kernelVector();
  const kernel = await LoadedKernel.load(manifest, engines, (digest) =>
    Promise.resolve(assertDefined(artifacts.get(toHex(digest)), "the vector has its artifacts")),
  );
  const { outcome } = await kernel.execute({ input, seed: SEED, workKey: SEED });
  await kernel.release();
  return sha256(Receipt.encode(outcome.receipt));
}
