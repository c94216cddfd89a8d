import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { Tensor } from "../tensor.js";
import { shapeOutputName, withShapeOutputs } from "./expose.js";
import { type OnnxModel, parseModel } from "./model.js";
import { type ModelCost, computeModelCost, computedTensors } from "./modelCost.js";
import type { Shape } from "./operatorCost.js";
import { checkProfile } from "./profileCheck.js";
import type { NamedTensor, OnnxRuntime, OnnxSession } from "./runtime.js";
import { type ModelSignature, largestShape, readSignature } from "./signature.js";
import { elementBytes } from "./tensorTypes.js";
import { tensorBytes } from "#modules/kernel/types/values.js";

/** Different input shapes whose cost is remembered. */
const MAX_COSTS = 256;

/** A model within the profile, ready to run, that knows what a run costs. */
export class LoadedModel {
  readonly model: OnnxModel;
  readonly signature: ModelSignature;
  readonly #runtime: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #costs = new Map<string, ModelCost>();
  /** Finds shapes; kept where runs may have different ones. */
  #prober: OnnxSession | undefined;

  private constructor(runtime: OnnxRuntime, model: OnnxModel, session: OnnxSession) {
    this.#runtime = runtime;
    this.model = model;
    this.signature = readSignature(model);
    this.#session = session;
  }

  /** Throws `ModelRefusal` for a model outside the profile and `RuntimeRefusal` for a broken one. */
  static async load(runtime: OnnxRuntime, file: Uint8Array): Promise<LoadedModel> {
    const model = parseModel(file);
    checkProfile(model);
    readSignature(model);
    return new LoadedModel(runtime, model, await runtime.createSession(file));
  }

  /**
   * What a run on inputs of these shapes costs. The first time, the shapes of all tensors are
   * found by running the model on zeros: the profile sees to it that no shape depends on data.
   */
  async cost(shapes: readonly Shape[]): Promise<ModelCost> {
    const key = shapes.map((shape) => shape.join("x")).join(" ");
    const known = this.#costs.get(key);
    if (known !== undefined) return known;
    const cost = computeModelCost(this.model, await this.#probe(shapes));
    if (this.#costs.size >= MAX_COSTS) this.#costs.clear();
    this.#costs.set(key, cost);
    return cost;
  }

  /** What a run on the largest inputs costs. */
  async largestCost(): Promise<ModelCost> {
    return this.cost(this.signature.inputs.map(largestShape));
  }

  /** Inputs in the signature's order to outputs in its order. */
  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    return this.#session.run(this.nameInputs(inputs), this.signature.outputs);
  }

  /** The inputs with their names and types. */
  nameInputs(inputs: readonly Tensor[]): NamedTensor[] {
    return this.signature.inputs.map(({ name, type }, index) => ({
      name,
      type,
      ...assertDefined(inputs[index], "a run gives every input"),
    }));
  }

  async release(): Promise<void> {
    await this.#session.release();
    await this.#releaseProber();
  }

  async #probe(shapes: readonly Shape[]): Promise<Map<string, Shape>> {
    const tensors = computedTensors(this.model);
    const zeros = this.signature.inputs.map(({ type }, index) =>
      zeroTensor(type, shapes[index] ?? []),
    );
    const outputs = tensors.map((_, position) => ({
      name: shapeOutputName(position),
      type: DataType.INT64,
    }));
    this.#prober ??= await this.#runtime.createSession(withShapeOutputs(this.model, tensors));
    const found = new Map<string, Shape>();
    const results = await this.#prober.run(this.nameInputs(zeros), outputs);
    for (const [position, { data }] of results.entries()) {
      found.set(tensors[position] ?? "", readExtents(data));
    }
    if (!this.#hasBoundedAxes()) await this.#releaseProber();
    for (const [index, { name }] of this.signature.inputs.entries()) {
      found.set(name, shapes[index] ?? []);
    }
    return found;
  }

  /**
   * Whether inputs may have several shapes. Loading the prober for each would let code spend far
   * more of the host's time, by a new shape in each run, than the gas of these runs is worth.
   */
  #hasBoundedAxes(): boolean {
    return this.signature.inputs.some(({ axes }) =>
      axes.some(({ minimum, maximum }) => minimum !== maximum),
    );
  }

  async #releaseProber(): Promise<void> {
    await this.#prober?.release();
    this.#prober = undefined;
  }
}

function zeroTensor(type: DataType, shape: Shape): Tensor {
  const bytes = tensorBytes(shape, elementBytes(type) ?? 0);
  return { dims: shape, data: new Uint8Array(Number(bytes)) };
}

function readExtents(data: Uint8Array): bigint[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const extents: bigint[] = [];
  for (let offset = 0; offset < data.length; offset += 8) {
    extents.push(view.getBigInt64(offset, true));
  }
  return extents;
}
