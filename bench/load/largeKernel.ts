import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ExecutionTask } from "#sandbox/executor.js";
import { encodeModel } from "#sandbox/onnx/encodeModel.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";

/** Products of a rows by width and width by inner matrix and back, one after the other. */
export interface ProductShape {
  readonly rows: number;
  readonly width: number;
  readonly inner: number;
  /** Even: the last product gives rows by width again. */
  readonly layers: number;
}

/** 100,663,296 bytes of weights, each used once: reading them is what takes the time. */
export const LARGE: ProductShape = { rows: 1, width: 1_024, inner: 4_096, layers: 6 };
/** 48 MiB of weights, each used 32 times: more than 20 ms of arithmetic. */
export const SLOW: ProductShape = { rows: 32, width: 512, inner: 4_096, layers: 6 };

const FLOAT32 = 1;
/** As the chain has it: chunks in which a node exports an artifact. */
const CHUNK_BYTES = 262_144;

const aivmfile = ({ rows, width }: ProductShape): string => `AIVM 1
NAME large-model
ENGINE ort-wasm/1.30.0
MODEL net model.onnx
INFER infer.js
AGGREGATE exact
INPUT x float32[${rows},${width}]
OUTPUT y float32[4]
SEED none
LIMIT gas 2_000_000_000 memory 32MiB output 1KiB
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

/** A kernel whose model is made of nothing but multiplications: what its size alone costs. */
export class LargeKernel {
  readonly bundle: KernelBundle;
  readonly input: Uint8Array;
  readonly artifactFolder: string;
  /** Gas that an execution takes, as a validator knows it after the first. */
  readonly #gas: bigint;

  private constructor(
    bundle: KernelBundle,
    gas: bigint,
    run: { readonly input: Uint8Array; readonly artifactFolder: string },
  ) {
    this.bundle = bundle;
    this.#gas = gas;
    this.input = run.input;
    this.artifactFolder = run.artifactFolder;
  }

  /** Builds it; its one test vector is what the sandbox answers. */
  static async build(shape = LARGE): Promise<LargeKernel> {
    const artifactFolder = mkdtempSync(join(tmpdir(), "aivm-bench-large-"));
    const compiled = compileAivmfile(aivmfile(shape));
    const [model, code] = [productsModel(shape), utf8(CODE)];
    const draft = completeManifest(compiled, {
      models: [sha256(model)],
      inferenceCode: sha256(code),
      testVectors: [],
    });
    const cache = await ArtifactCache.open(artifactFolder);
    for (const bytes of [model, code]) await cache.put(sha256(bytes), chunksOf(bytes));
    const row = Array.from({ length: shape.width }, (_, index) => (index % 64) / 64);
    const x = Array.from({ length: shape.rows }, () => row);
    const input = ValueSet.encode(valuesFromJson(draft.inputs, { x }));
    const { gas, vector } = await runOnce(artifactFolder, draft, input);
    await cache.put(sha256(vector), [vector]);
    const manifest = { ...draft, testVectors: [sha256(vector)] };
    const bundle = { manifest, artifacts: [model, code, vector] };
    return new LargeKernel(bundle, gas, { input, artifactFolder });
  }

  /** The bytes of the model. */
  get model(): Uint8Array {
    return assertDefined(this.bundle.artifacts[0], "the kernel has a model");
  }

  /** The model's file in the chunks that a chain has it in. */
  modelChunks(): Iterable<Uint8Array> {
    return chunksOf(this.model);
  }

  task(): ExecutionTask {
    return { ...taskOf(this.bundle.manifest, this.input), expectedGas: this.#gas };
  }

  remove(): void {
    rmSync(this.artifactFolder, { recursive: true, force: true });
  }
}

/** The same on every machine. */
function productsModel({ rows, width, inner, layers: count }: ProductShape): Uint8Array {
  const layers = Array.from({ length: count }, (_, layer) => layer);
  const name = (layer: number): string => (layer === count - 1 ? "y" : `t${layer}`);
  return encodeModel({
    inputs: [{ name: "x", type: FLOAT32, dims: [rows, width] }],
    outputs: [{ name: "y", type: FLOAT32 }],
    nodes: layers.map((layer) => ({
      operator: "MatMul",
      inputs: [layer === 0 ? "x" : name(layer - 1), `w${layer}`],
      outputs: [name(layer)],
    })),
    initializers: layers.map((layer) => ({
      name: `w${layer}`,
      type: FLOAT32,
      dims: layer % 2 === 0 ? [width, inner] : [inner, width],
      data: weights(layer, width * inner),
    })),
  });
}

/** Numbers of a linear congruential generator within 0.025 of zero. */
function weights(seed: number, count: number): Uint8Array {
  const elements = new Float32Array(count);
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

/** What one execution takes, and its answer as a test vector. */
async function runOnce(
  artifactFolder: string,
  manifest: Manifest,
  input: Uint8Array,
): Promise<{ readonly gas: bigint; readonly vector: Uint8Array }> {
  const pool = new SandboxPool({ artifactFolder });
  const task = taskOf(manifest, input);
  const outcome = await pool.execute(task);
  await pool.close();
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  const vector = TestVector.encode({
    input: ValueSet.decode(input),
    seed: task.seed,
    outputDigest: sha256(outcome.output),
    output: new Uint8Array(0),
  });
  return { gas: outcome.receipt.gasUsed, vector };
}
