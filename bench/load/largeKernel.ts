import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ExecutionTask } from "#sandbox/executor.js";
import { encodeModel } from "#sandbox/onnx/encodeModel.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";

const WIDTH = 1_024;
const INNER = 4_096;
/** Products of 1,024 by 4,096 and back: 16 MiB of weights each. */
const LAYERS = 6;
const FLOAT32 = 1;
/** As the chain has it: chunks in which a node exports an artifact. */
const CHUNK_BYTES = 262_144;

const AIVMFILE = `AIVM 1
NAME large-model
ENGINE ort-wasm/1.30.0
MODEL net model.onnx
INFER infer.js
AGGREGATE exact
INPUT x float32[1,${WIDTH}]
OUTPUT y float32[4]
SEED none
LIMIT gas 500_000_000 memory 32MiB output 1KiB
COMMITTEE 4 of 1..16
HARDWARE cpu
TEST vectors/*.json
LICENSE Apache-2.0
PRICE 0.002NES
`;
const CODE = `export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x });
  return { y: y.data.slice(0, 4) };
}`;

/** A kernel with a model of 100 MB, made of nothing but multiplications: what size alone costs. */
export class LargeKernel {
  readonly bundle: KernelBundle;
  readonly input: Uint8Array;
  readonly artifactFolder: string;

  private constructor(bundle: KernelBundle, input: Uint8Array, artifactFolder: string) {
    this.bundle = bundle;
    this.input = input;
    this.artifactFolder = artifactFolder;
  }

  /** Builds it; its one test vector is what the sandbox answers. */
  static async build(): Promise<LargeKernel> {
    const artifactFolder = mkdtempSync(join(tmpdir(), "aivm-bench-large-"));
    const compiled = compileAivmfile(AIVMFILE);
    const [model, code] = [largeModel(), utf8(CODE)];
    const draft = completeManifest(compiled, {
      models: [sha256(model)],
      inferenceCode: sha256(code),
      testVectors: [],
    });
    const cache = await ArtifactCache.open(artifactFolder);
    for (const bytes of [model, code]) await cache.put(sha256(bytes), chunksOf(bytes));
    const x = Array.from({ length: WIDTH }, (_, index) => (index % 64) / 64);
    const input = ValueSet.encode(valuesFromJson(draft.inputs, { x: [x] }));
    const vector = await testVector(artifactFolder, draft, input);
    await cache.put(sha256(vector), [vector]);
    const manifest = { ...draft, testVectors: [sha256(vector)] };
    return new LargeKernel({ manifest, artifacts: [model, code, vector] }, input, artifactFolder);
  }

  /** The model's file in the chunks that a chain has it in. */
  modelChunks(): Iterable<Uint8Array> {
    return chunksOf(this.bundle.artifacts[0] ?? new Uint8Array(0));
  }

  task(): ExecutionTask {
    return taskOf(this.bundle.manifest, this.input);
  }

  remove(): void {
    rmSync(this.artifactFolder, { recursive: true, force: true });
  }
}

/** 100,663,296 bytes of weights, the same on every machine. */
function largeModel(): Uint8Array {
  const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
  const name = (layer: number): string => (layer === LAYERS - 1 ? "y" : `t${layer}`);
  return encodeModel({
    inputs: [{ name: "x", type: FLOAT32, dims: [1, WIDTH] }],
    outputs: [{ name: "y", type: FLOAT32 }],
    nodes: layers.map((layer) => ({
      operator: "MatMul",
      inputs: [layer === 0 ? "x" : name(layer - 1), `w${layer}`],
      outputs: [name(layer)],
    })),
    initializers: layers.map((layer) => ({
      name: `w${layer}`,
      type: FLOAT32,
      dims: layer % 2 === 0 ? [WIDTH, INNER] : [INNER, WIDTH],
      data: weights(layer),
    })),
  });
}

/** Numbers of a linear congruential generator within 0.025 of zero. */
function weights(seed: number): Uint8Array {
  const elements = new Float32Array(WIDTH * INNER);
  let state = seed + 1;
  for (let index = 0; index < elements.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    elements[index] = (state / 2 ** 32 - 0.5) / 20;
  }
  return new Uint8Array(elements.buffer);
}

function* chunksOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.slice(at, at + CHUNK_BYTES);
}

function taskOf(manifest: Manifest, input: Uint8Array): ExecutionTask {
  return { manifest, input, seed: new Uint8Array(32) };
}

async function testVector(
  artifactFolder: string,
  manifest: Manifest,
  input: Uint8Array,
): Promise<Uint8Array> {
  const pool = new SandboxPool({ artifactFolder });
  const task = taskOf(manifest, input);
  const outcome = await pool.execute(task);
  await pool.close();
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return TestVector.encode({
    input: ValueSet.decode(input),
    seed: task.seed,
    outputDigest: sha256(outcome.output),
  });
}
