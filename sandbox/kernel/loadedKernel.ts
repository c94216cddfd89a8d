import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import { executionGas } from "#modules/kernel/types/buckets.js";
import { checkInput } from "#modules/kernel/types/values.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import { type ModelRuntime, RuntimeRefusal } from "../onnx/session.js";
import { findShapeMismatch } from "../onnx/signature.js";
import { WorkProbe, computeWorkDigest } from "../onnx/workDigest.js";
import { type RandomSource, Realm, type RealmEvent, type RealmFailure } from "../quickjs/realm.js";
import type { WasmModule } from "../quickjs/webAssembly.js";
import { type ReceiptOutcome, failureOutcome, successOutcome } from "../receipts.js";
import { modelReader, type ReadArtifact, readFiles } from "./kernelFiles.js";
import { encodeOutput, fixedExtent, realmFields } from "./kernelValues.js";

/** The engines of a process. */
export interface Engines {
  readonly runtime: ModelRuntime;
  readonly program: WasmModule;
}

/** Input, seed and, in an escalation, the key of the work digest. */
export interface KernelCall {
  readonly input: Uint8Array;
  readonly seed: Uint8Array;
  readonly workKey?: Uint8Array;
}

/** An outcome with what a validation measures. */
export interface MeasuredOutcome {
  readonly outcome: ReceiptOutcome;
  /** Gas of the models alone. */
  readonly modelGas: bigint;
}

type RunEvent = Extract<RealmEvent, { kind: "run" }>;
type FinalEvent = Exclude<RealmEvent, RunEvent>;

/** Runs of models within one execution. */
interface Progress {
  modelGas: bigint;
  readonly work: Uint8Array[];
}

/**
 * A kernel version with its models loaded and its code evaluated: what stays warm between
 * executions. Executions must not overlap.
 */
export class LoadedKernel {
  readonly #manifest: Manifest;
  readonly #models: readonly LoadedModel[];
  readonly #realm: Realm;
  #probes: { readonly key: Uint8Array; readonly probes: readonly WorkProbe[] } | undefined;

  private constructor(manifest: Manifest, models: readonly LoadedModel[], realm: Realm) {
    this.#manifest = manifest;
    this.#models = models;
    this.#realm = realm;
  }

  /** Throws what reading artifacts and loading a model throw. */
  static async load(
    manifest: Manifest,
    engines: Engines,
    read: ReadArtifact,
  ): Promise<LoadedKernel> {
    const code = await read(manifest.inferenceCodeDigest);
    const libraries = await readFiles(manifest.libraries, read);
    const data = await readFiles(manifest.data, read);
    const models = await loadModels(manifest, engines.runtime, read);
    const realm = new Realm(engines.program, {
      code,
      libraries,
      data,
      memoryBytes: Number(manifest.limits.memoryBytes),
      gasLimit: manifest.limits.gas,
      config: {
        entry: "infer",
        inputs: realmFields(manifest.inputs),
        outputs: realmFields(manifest.outputs),
        models: models.map(({ signature }, index) => ({
          name: manifest.models[index]?.name ?? "",
          inputs: signature.inputs.map(({ name, type, axes }) => ({
            name,
            type,
            shape: axes.map(fixedExtent),
          })),
          outputs: signature.outputs.map((output) => ({ ...output, shape: [] })),
        })),
      },
    });
    return new LoadedKernel(manifest, models, realm);
  }

  /**
   * Memory that it takes, in bytes: models, the code engine, and models that are open to probes.
   */
  get bytes(): number {
    const models = this.#models.reduce((sum, model) => sum + model.bytes, 0);
    const copies = this.#probes === undefined ? 1 : 2;
    return models * copies + this.#realm.memoryBytes;
  }

  /** The models in the manifest's order. */
  get models(): readonly LoadedModel[] {
    return this.#models;
  }

  /**
   * Runs the kernel once. Throws `SandboxFault` and, for an input that does not fit, `ChainError`.
   */
  async execute(call: KernelCall): Promise<MeasuredOutcome> {
    const input = checkInput(this.#manifest.inputs, call.input);
    const probes = call.workKey === undefined ? undefined : await this.#probesFor(call.workKey);
    const progress: Progress = { modelGas: 0n, work: [] };
    const gasLimit = executionGas(this.#manifest, input.values);
    let event = this.#realm.start([input.values], randomSource(call.seed), gasLimit);
    while (event.kind === "run") event = await this.#serve(event, progress, probes);
    const { workKey } = call;
    const usage = {
      gasUsed: this.#realm.gasUsed,
      ...(workKey === undefined ? {} : { workDigest: computeWorkDigest(workKey, progress.work) }),
    };
    const output = this.#finish(event);
    const outcome =
      output instanceof Uint8Array ? successOutcome(output, usage) : failureOutcome(output, usage);
    return { outcome, modelGas: progress.modelGas };
  }

  /** Frees the models. */
  async release(): Promise<void> {
    for (const model of this.#models) await model.release();
    await this.#releaseProbes();
  }

  /** Runs a model for the code: shapes checked, gas charged, then the model itself. */
  async #serve(
    event: RunEvent,
    progress: Progress,
    probes: readonly WorkProbe[] | undefined,
  ): Promise<RealmEvent> {
    const model = assertDefined(this.#models[event.model], "the realm names a model it knows");
    const shapes = event.tensors.map(({ dims }) => dims);
    const mismatch = findShapeMismatch(model.signature.inputs, shapes);
    if (mismatch !== undefined) return this.#realm.refuse(mismatch);
    try {
      const { gas } = await model.cost(shapes);
      const exhausted = this.#realm.charge(gas);
      if (exhausted !== undefined) return { kind: "failed", failure: exhausted };
      progress.modelGas += gas;
      const outputs = await model.run(event.tensors);
      const probe = probes?.[event.model];
      if (probe !== undefined) progress.work.push(await probe.run(event.tensors));
      return this.#realm.answer(event.model, outputs);
    } catch (error) {
      if (!(error instanceof RuntimeRefusal)) throw error;
      return this.#realm.refuse("the model runtime refused the tensors");
    }
  }

  /** The canonical output, or why there is none. */
  #finish(event: FinalEvent): Uint8Array | RealmFailure {
    if (event.kind === "failed") return event.failure;
    return encodeOutput(this.#manifest, event.outputs);
  }

  async #probesFor(workKey: Uint8Array): Promise<readonly WorkProbe[]> {
    const known = this.#probes;
    const isWhole = known?.probes.length === this.#models.length;
    if (known !== undefined && isWhole && equalBytes(known.key, workKey)) return known.probes;
    await this.#releaseProbes();
    const probes: WorkProbe[] = [];
    this.#probes = { key: workKey, probes };
    for (const [index, model] of this.#models.entries()) {
      const digest = this.#manifest.models[index]?.digest ?? new Uint8Array(0);
      probes.push(await WorkProbe.create(model, { workKey, digest }));
    }
    return probes;
  }

  async #releaseProbes(): Promise<void> {
    const probes = this.#probes?.probes ?? [];
    this.#probes = undefined;
    for (const probe of probes) await probe.release();
  }
}

async function loadModels(
  manifest: Manifest,
  runtime: ModelRuntime,
  read: ReadArtifact,
): Promise<LoadedModel[]> {
  const models: LoadedModel[] = [];
  try {
    for (const model of manifest.models) {
      const readModel = modelReader(model, manifest, read);
      models.push(await LoadedModel.load(runtime, await readModel(), readModel));
    }
  } catch (error) {
    for (const model of models) await model.release();
    throw error;
  }
  return models;
}

/** Blocks of 32 random bytes: the seed hashed with a counter. */
function randomSource(seed: Uint8Array): RandomSource {
  let block = 0n;
  return () => domainHash("aivm/random/v1", seed, uint64ToBytes(block++));
}
