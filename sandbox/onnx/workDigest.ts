import type { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { uint64FromBytes, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import type { Tensor } from "../tensor.js";
import type { LoadedModel } from "./loadedModel.js";
import { computedTensors } from "./modelCost.js";
import type { OnnxSession } from "./session.js";
import { inferTypes } from "./tensorTypes.js";

/** Tensors that one work key selects from a model. */
const SELECTED_TENSORS = 4;

interface SelectedTensor {
  readonly name: string;
  readonly type: DataType;
}

/**
 * Repeats the runs of a model with some of its intermediate tensors exposed, chosen by a key that
 * nobody knew when the first answers were published (`docs/spec/sandbox.md`).
 */
export class WorkProbe {
  readonly #loaded: LoadedModel;
  readonly #session: OnnxSession;
  readonly #digest: Uint8Array;
  readonly #selected: readonly SelectedTensor[];

  private constructor(
    loaded: LoadedModel,
    session: OnnxSession,
    digest: Uint8Array,
    selected: readonly SelectedTensor[],
  ) {
    this.#loaded = loaded;
    this.#session = session;
    this.#digest = digest;
    this.#selected = selected;
  }

  /** Prepares the probe of one model; `digest` is the model's. */
  static async create(
    loaded: LoadedModel,
    keys: { readonly workKey: Uint8Array; readonly digest: Uint8Array },
  ): Promise<WorkProbe> {
    const names = selectTensors(loaded, keys);
    const types = inferTypes(loaded.model);
    const selected = names.map((name) => ({ name, type: (types.get(name) ?? 0) as DataType }));
    const session = await loaded.createProbe(names);
    return new WorkProbe(loaded, session, keys.digest, selected);
  }

  /** Digest of the selected tensors of one run; 32 bytes. */
  async run(inputs: readonly Tensor[]): Promise<Uint8Array> {
    const tensors = await this.#expose(inputs);
    const parts = tensors.flatMap(({ dims, data }, index) => [
      utf8(this.#selected[index]?.name ?? ""),
      utf8(dims.join("x")),
      data,
    ]);
    return domainHash("aivm/work/run/v1", this.#digest, ...parts);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /**
   * A model of one node has nothing between inputs and outputs, and the runtime takes no empty
   * list.
   */
  async #expose(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    if (this.#selected.length === 0) return [];
    return this.#session.run(this.#loaded.nameInputs(inputs), this.#selected);
  }
}

/** The work digest of an execution: its key and the digests of its model runs, in order. */
export function computeWorkDigest(workKey: Uint8Array, runs: readonly Uint8Array[]): Uint8Array {
  return domainHash("aivm/work/digest/v1", workKey, ...runs);
}

/**
 * Draws tensors without replacement from the computed ones that are not outputs, in graph order.
 */
export function selectTensors(
  { model }: Pick<LoadedModel, "model">,
  { workKey, digest }: { readonly workKey: Uint8Array; readonly digest: Uint8Array },
): string[] {
  const outputs = new Set((model.graph.outputs ?? []).map(({ name }) => name));
  const candidates = computedTensors(model).filter((name) => !outputs.has(name));
  const selected: string[] = [];
  for (let draw = 0n; draw < SELECTED_TENSORS && candidates.length > 0; draw++) {
    const hash = domainHash("aivm/work/select/v1", workKey, digest, uint64ToBytes(draw));
    const position = Number(uint64FromBytes(hash) % BigInt(candidates.length));
    selected.push(...candidates.splice(position, 1));
  }
  return selected;
}
