import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import type { JsonValue } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ExecutionTask } from "#sandbox/executor.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";

const FOLDER = join(packageRoot(), "kernels", "digits");

/** The kernel `kernels/digits` with its artifacts in a folder as a node keeps them. */
export class Digits {
  readonly bundle: KernelBundle;
  /** Canonical inputs, one for each digit. */
  readonly inputs: readonly Uint8Array[];
  readonly artifactFolder: string;

  private constructor(bundle: KernelBundle, inputs: readonly Uint8Array[], artifactFolder: string) {
    this.bundle = bundle;
    this.inputs = inputs;
    this.artifactFolder = artifactFolder;
  }

  /** Builds the kernel; its one test vector is what the sandbox answers to the first sample. */
  static async build(): Promise<Digits> {
    const artifactFolder = mkdtempSync(join(tmpdir(), "aivm-bench-artifacts-"));
    const compiled = compileAivmfile(readFileSync(join(FOLDER, "Aivmfile"), "utf8"));
    const { models, inferenceCode } = compiled.files;
    const artifacts = [...models.map(({ file }) => file), inferenceCode].map(readKernelFile);
    const digests = artifacts.map((bytes) => sha256(bytes));
    const draft = completeManifest(compiled, {
      models: digests.slice(0, models.length),
      inferenceCode: assertDefined(digests.at(-1), "the code has a digest"),
      testVectors: [],
    });
    const cache = await ArtifactCache.open(artifactFolder);
    for (const bytes of artifacts) await cache.put(sha256(bytes), [bytes]);
    const inputs = readInputs(draft);
    const vector = await testVector(artifactFolder, taskOf(draft, inputs, 0));
    const manifest = { ...draft, testVectors: [sha256(vector)] };
    return new Digits({ manifest, artifacts: [...artifacts, vector] }, inputs, artifactFolder);
  }

  /** The bytes of the model. */
  get model(): Uint8Array {
    return assertDefined(this.bundle.artifacts[0], "the kernel has a model");
  }

  /** One execution, as the scheduler asks for it. */
  task(index: number): ExecutionTask {
    return taskOf(this.bundle.manifest, this.inputs, index);
  }

  /** Removes the artifacts. */
  remove(): void {
    rmSync(this.artifactFolder, { recursive: true, force: true });
  }
}

function taskOf(manifest: Manifest, inputs: readonly Uint8Array[], index: number): ExecutionTask {
  const input = assertDefined(inputs[index % inputs.length], "there are samples");
  return { manifest, input, seed: new Uint8Array(32) };
}

async function testVector(artifactFolder: string, task: ExecutionTask): Promise<Uint8Array> {
  const pool = new SandboxPool({ artifactFolder });
  const outcome = await pool.execute(task);
  await pool.close();
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return TestVector.encode({
    input: ValueSet.decode(task.input),
    seed: task.seed,
    outputDigest: sha256(outcome.output),
    output: new Uint8Array(0),
  });
}

function readKernelFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FOLDER, name)));
}

function readInputs(manifest: Manifest): Uint8Array[] {
  const folder = join(FOLDER, "samples");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => {
      const json = JSON.parse(readFileSync(join(folder, name), "utf8")) as JsonValue;
      return ValueSet.encode(valuesFromJson(manifest.inputs, json));
    });
}
