import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { ReceiptStatus, ReceiptStatusNames } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { fromHex } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import { KernelRunner } from "#sandbox/kernel/kernelRunner.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import { badVector } from "./errors.js";

/** A test vector as a kernel's folder has it. */
interface VectorFile {
  readonly input: unknown;
  /** 64 hexadecimal digits. */
  readonly seed?: string;
  /** What must come out, by field; other fields may be anything. */
  readonly expect: Readonly<Record<string, unknown>>;
}

/**
 * Builds the kernel of a folder: reads its Aivmfile, runs every test vector in the sandbox's
 * engines, demands what it expects, and fixes its digest. Fails with the errors of Aivmfiles and
 * with `testnet/7`.
 */
export async function buildKernel(folder: string): Promise<KernelBundle> {
  const workplace = mkdtempSync(join(tmpdir(), "aivm-kernel-"));
  try {
    return await build(folder, await ArtifactCache.open(workplace));
  } finally {
    rmSync(workplace, { recursive: true });
  }
}

async function build(folder: string, cache: ArtifactCache): Promise<KernelBundle> {
  const artifacts: Uint8Array[] = [];
  const put = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const digest = sha256(bytes);
    artifacts.push(bytes);
    await cache.put(digest, [bytes]);
    return digest;
  };
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
  const compiled = compileAivmfile(readFileSync(join(folder, "Aivmfile"), "utf8"));
  const { models, inferenceCode, aggregationCode, testVectors } = compiled.files;
  const digests = {
    models: await Promise.all(models.map(({ file }) => put(read(file)))),
    inferenceCode: await put(read(inferenceCode)),
    ...(aggregationCode === undefined ? {} : { aggregationCode: await put(read(aggregationCode)) }),
  };
  const draft = completeManifest(compiled, { ...digests, testVectors: [] });
  const runner = new KernelRunner(
    { program: loadQuickJs(), runtime: new OnnxRuntime() },
    cache.folder,
  );
  const vectors: Uint8Array[] = [];
  for (const file of testVectors.flatMap((pattern) => filesOf(folder, pattern))) {
    vectors.push(await put(await compileVector({ runner, draft, folder }, file)));
  }
  return { manifest: completeManifest(compiled, { ...digests, testVectors: vectors }), artifacts };
}

/** Runs a vector and gives its canonical bytes. */
async function compileVector(
  kernel: { readonly runner: KernelRunner; readonly draft: Manifest; readonly folder: string },
  file: string,
): Promise<Uint8Array> {
  const { runner, draft, folder } = kernel;
  const vector = JSON.parse(readFileSync(join(folder, file), "utf8")) as VectorFile;
  const input = valuesFromJson(draft.inputs, vector.input);
  const seed = fromHex(vector.seed ?? "00".repeat(32)) ?? new Uint8Array(0);
  const outcome = await runner.execute("draft", draft, { input: ValueSet.encode(input), seed });
  if (outcome.kind === "noReceipt") throw badVector({ file, problem: outcome.reason });
  const { receipt, output, detail } = outcome;
  if (receipt.status !== ReceiptStatus.OK) {
    const status = ReceiptStatusNames.find(([number]) => number === receipt.status)?.[1] ?? "";
    throw badVector({ file, problem: `${status}: ${detail}` });
  }
  const found = valuesToJson(draft.outputs, ValueSet.decode(output));
  for (const [field, value] of Object.entries(vector.expect)) {
    const text = plainText(found[field]);
    if (text !== plainText(value)) throw badVector({ file, problem: `${field} is ${text}` });
  }
  return TestVector.encode({ input, seed, outputDigest: sha256(output) });
}

/** Files of a folder that fit a name or `folder/*.ending`, in order. */
function filesOf(folder: string, pattern: string): string[] {
  const [head, ending] = pattern.split("*");
  if (head === undefined || ending === undefined) return [pattern];
  const place = dirname(`${head}x`);
  return readdirSync(join(folder, place))
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(place, file));
}

/** Integers of 64 bits come as text: a number and its digits are the same. */
function plainText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "number" ? String(one) : one));
}
