import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { Tensor } from "../tensor.js";
import { shapeOutputName, withShapeOutputs, withTensorOutputs } from "./expose.js";
import { type OnnxModel, parseModel } from "./model.js";
import { type ModelCost, computeModelCost, computedTensors } from "./modelCost.js";
import type { Shape } from "./operatorCost.js";
import { checkProfile } from "./profileCheck.js";
import {
  type ModelRuntime,
  type NamedTensor,
  type OnnxSession,
  RuntimeRefusal,
} from "./session.js";
import { fillerElement, fillerName, toShapeModel } from "./shapeModel.js";
import { type ModelSignature, largestShape, readSignature } from "./signature.js";
import { elementBytes } from "./tensorTypes.js";
import { isReferenced, withReferencedWeights } from "./weights.js";
import { tensorBytes } from "#modules/kernel/types/values.js";

/** Different input shapes whose cost is remembered. */
const MAX_COSTS = 256;

/** A session that finds shapes, with what it takes beside the model's inputs. */
interface Prober {
  readonly session: OnnxSession;
  readonly fillers: readonly NamedTensor[];
}

/** Gives a model's file again. */
export type ReadModel = () => Promise<Uint8Array>;

/**
 * A model within the profile, ready to run, that knows what a run costs. The file is not kept, and
 * large weights are in the runtime's memory alone.
 */
export class LoadedModel {
  /** The model; large weights are references into its file. */
  readonly model: OnnxModel;
  readonly signature: ModelSignature;
  /** Length of its file, which is what its weights take in memory in essence. */
  readonly bytes: number;
  readonly #runtime: ModelRuntime;
  readonly #session: OnnxSession;
  readonly #read: ReadModel;
  readonly #costs = new Map<string, ModelCost>();
  /** Finds shapes; kept where runs may have different ones. */
  #prober: Prober | undefined;

  private constructor(
    runtime: ModelRuntime,
    parts: {
      readonly model: OnnxModel;
      readonly session: OnnxSession;
      readonly read: ReadModel;
      readonly bytes: number;
    },
  ) {
    this.#runtime = runtime;
    this.model = parts.model;
    this.signature = readSignature(parts.model);
    this.#session = parts.session;
    this.#read = parts.read;
    this.bytes = parts.bytes;
  }

  /**
   * `read` gives the file again when it is needed; without it the file is kept. Throws
   * `ModelRefusal` for a model outside the profile and `RuntimeRefusal` for a broken one.
   */
  static async load(
    runtime: ModelRuntime,
    file: Uint8Array,
    read: ReadModel = () => Promise.resolve(file),
  ): Promise<LoadedModel> {
    const model = parseModel(file);
    checkProfile(model);
    readSignature(model);
    const referenced = withReferencedWeights(model);
    const bytes = file.length;
    if (referenced === undefined) {
      const session = await runtime.createSession(file);
      return new LoadedModel(runtime, { model, session, read, bytes });
    }
    const session = await runtime.createSession(referenced, file);
    return new LoadedModel(runtime, { model: parseModel(referenced), session, read, bytes });
  }

  /**
   * Loads the model with the named tensors, which are not outputs yet, as further outputs. Throws
   * what `read` throws.
   */
  async createProbe(tensors: readonly string[]): Promise<OnnxSession> {
    return this.#createWithWeights(withTensorOutputs(this.model, tensors));
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
    const found = new Map<string, Shape>();
    const results = await this.#runProber(this.nameInputs(zeros), tensors);
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
   * What weights are filled with may be refused where they are indices of something small: then the
   * prober gets the weights themselves, and gas and verdict are those of the plain file.
   */
  async #runProber(inputs: readonly NamedTensor[], tensors: readonly string[]): Promise<Tensor[]> {
    const outputs = tensors.map((_, position) => ({
      name: shapeOutputName(position),
      type: DataType.INT64,
    }));
    this.#prober ??= await this.#createProber(tensors);
    const { session, fillers } = this.#prober;
    try {
      return await session.run([...inputs, ...fillers], outputs);
    } catch (error) {
      if (fillers.length === 0 || !(error instanceof RuntimeRefusal)) throw error;
    }
    await this.#releaseProber();
    const whole = await this.#createWithWeights(withShapeOutputs(this.model, tensors));
    this.#prober = { session: whole, fillers: [] };
    return whole.run(inputs, outputs);
  }

  /** A session of a changed model with the weights that it refers to. */
  async #createWithWeights(file: Uint8Array): Promise<OnnxSession> {
    const isWhole = this.model.graph.initializers?.some(isReferenced) !== true;
    return this.#runtime.createSession(file, isWhole ? undefined : await this.#read());
  }

  async #createProber(tensors: readonly string[]): Promise<Prober> {
    const { file, fillers } = toShapeModel(this.model, tensors);
    const session = await this.#runtime.createSession(file);
    return { session, fillers: fillers.map(toFiller) };
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
    await this.#prober?.session.release();
    this.#prober = undefined;
  }
}

function toFiller(type: DataType): NamedTensor {
  return { name: fillerName(type), type, dims: [], data: fillerElement(type) };
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
