import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { LoadedKernel } from "#sandbox/kernel/loadedKernel.js";
import { NativeRuntime } from "#sandbox/onnx/nativeRuntime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { describeHost } from "../host.js";

/** What the probe is asked to run. */
export interface NativeTask {
  /** Folder of the kernel. */
  readonly folder: string;
  readonly prompts: readonly string[];
}

/** Keys which intermediate tensors are hashed. */
const WORK_KEY = new Uint8Array(32).fill(5);

/**
 * Runs a kernel on the native engine of this process, whatever processor it has, and prints a line
 * of JSON for the host and for each prompt: the output, and a digest over intermediate results of
 * every run of the network, which differs when any of their bits does.
 */
async function main([argument = "{}"]: readonly string[]): Promise<void> {
  const { folder, prompts } = JSON.parse(argument) as NativeTask;
  print({ host: describeHost() });
  const files = new Map<string, Uint8Array>();
  const put = (file: string): Uint8Array => {
    const bytes = new Uint8Array(readFileSync(join(folder, file)));
    const digest = sha256(bytes);
    files.set(toHex(digest), bytes);
    return digest;
  };
  const compiled = compileAivmfile(readFileSync(join(folder, "Aivmfile"), "utf8"));
  const manifest = completeManifest(compiled, {
    models: compiled.files.models.map(({ file }) => put(file)),
    data: compiled.files.data.map(({ file }) => put(file)),
    inferenceCode: put(compiled.files.inferenceCode),
    testVectors: [],
  });
  const engines = { program: loadQuickJs(), runtime: new NativeRuntime() };
  const kernel = await LoadedKernel.load(manifest, engines, (digest) =>
    Promise.resolve(files.get(toHex(digest)) ?? new Uint8Array(0)),
  );
  for (const prompt of prompts) {
    const input = ValueSet.encode(valuesFromJson(manifest.inputs, { prompt }));
    const call = { input, seed: new Uint8Array(32), workKey: WORK_KEY };
    const { outcome } = await kernel.execute(call);
    const output = Buffer.from(outcome.output).toString("base64");
    print({ prompt, output, bits: toHex(outcome.receipt.workDigest) });
  }
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main(process.argv.slice(2));
