import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { valuesToJson } from "#modules/kernel/types/valueJson.js";
import { computeVersionId } from "#modules/kernel/types/versionId.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import type { BundleOfFolder } from "./bundleFolder.js";
import { buildKernel } from "./buildKernel.js";
import { engineOf, type EngineName } from "./engineFlag.js";
import { answerAll, readLocalKernel } from "./localRun.js";
import { withLocalSandbox } from "./localSandbox.js";
import { pulledFiles } from "./pull/pulledFiles.js";
import { runTest } from "./testCommand.js";
import { versionIdOf } from "./versionOfFolder.js";

const KERNELS = join(packageRoot(), "kernels");
const SEED = new Uint8Array(32);

let entry: string;
let root: string;
let folder: string;

beforeAll(async () => {
  entry = await buildSandboxChild();
  root = mkdtempSync(join(tmpdir(), "aivm-native-"));
  folder = join(root, "probabilities");
  cpSync(join(KERNELS, "shakespeare-probabilities"), folder, { recursive: true });
});

afterAll(() => {
  rmSync(root, { recursive: true });
  rmSync(entry);
});

const sandboxOf = (engine?: EngineName) => ({ entry, engine: engine && engineOf({ engine }) });

function build(path: string, engine?: EngineName): Promise<BundleOfFolder> {
  return withLocalSandbox(async (sandbox) => {
    const { bundle } = await buildKernel(sandbox, path);
    return bundle;
  }, sandboxOf(engine));
}

const idOf = ({ manifest, parents }: BundleOfFolder): string =>
  toHex(computeVersionId(manifest.name, manifestHash(manifest), parents));

describe("a kernel of the native engine", () => {
  it("builds to the same version on either engine, since its files promise whole outputs", async () => {
    const [native, wasm] = [await build(folder), await build(folder, "wasm")];
    expect(native.manifest.modelEngine).toEqual(NATIVE_ENGINE);
    expect(idOf(wasm)).toBe(idOf(native));
    const vectors = native.artifacts.slice(-native.manifest.testVectors.length);
    const { output } = TestVector.decode(vectors[0]!);
    const promised = valuesToJson(native.manifest.outputs, ValueSet.decode(output));
    const file = join(folder, "vectors", "juliet.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ expect: promised });
  }, 120_000);

  it("is the same version when it was pulled from the chain, without running anything", async () => {
    const bundle = await build(folder);
    const pulled = join(root, "pulled");
    for (const [file, content] of pulledFiles(bundle, { parents: [], heading: [] })) {
      mkdirSync(dirname(join(pulled, file)), { recursive: true });
      writeFileSync(join(pulled, file), content);
    }
    expect(toHex(versionIdOf(pulled))).toBe(idOf(bundle));
  }, 120_000);

  it("fails its test where an output is farther from a vector than the tolerance", async () => {
    const wrong = join(root, "wrong");
    cpSync(folder, wrong, { recursive: true });
    const file = join(wrong, "vectors", "juliet.json");
    const vector = JSON.parse(readFileSync(file, "utf8")) as { expect: { probs: number[] } };
    vector.expect.probs[0]! += 20_001;
    writeFileSync(file, JSON.stringify(vector));
    const { results, report } = await withLocalSandbox(
      (sandbox) => runTest(sandbox, wrong, () => undefined),
      sandboxOf(),
    );
    const problems = results.flatMap(({ problem }) => problem ?? []);
    expect(problems).toEqual([expect.stringContaining("farther than the tolerance")]);
    expect(report).toBeUndefined();
  }, 120_000);
});

describe("any kernel with --engine native", () => {
  it("answers on the native engine, for the same gas", async () => {
    const kernel = readLocalKernel(join(KERNELS, "digits"));
    const sample = join(KERNELS, "digits", "vectors", "digit-0-1.json");
    const { input } = JSON.parse(readFileSync(sample, "utf8")) as { input: object };
    const answer = (engine?: EngineName) =>
      withLocalSandbox(
        (sandbox) => answerAll(sandbox, kernel, [input as never], SEED),
        sandboxOf(engine),
      );
    const [exact] = await answer();
    const [native] = await answer("native");
    expect(native?.output["label"]).toEqual(exact?.output["label"]);
    expect(native?.gasUsed).toBeGreaterThan(0n);
  }, 120_000);

  it("is tested on it, with the validation job", async () => {
    const { results, report } = await withLocalSandbox(
      (sandbox) => runTest(sandbox, join(KERNELS, "digits"), () => undefined),
      sandboxOf("native"),
    );
    expect(results.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(report?.accepted).toBe(true);
  }, 120_000);
});
