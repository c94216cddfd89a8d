import type { Context } from "#core/baseapp/context.js";
import type { Batch, Seat } from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { compareBig } from "#core/primitives/sorted.js";
import { isRunning } from "../../types/batch.js";
import type { InferenceKeeper } from "../keeper.js";

/**
 * Batches loaded for one step of a block: each is decoded once, changed any number of times and
 * written once by {@link save}, in order of the ids.
 */
export class BatchBook {
  readonly #keeper: InferenceKeeper;
  readonly #batches = new Map<bigint, Batch>();
  /** Ids of batches to be written, each once. */
  readonly #changed: bigint[] = [];
  readonly #isChanged = new Set<bigint>();

  constructor(keeper: InferenceKeeper) {
    this.#keeper = keeper;
  }

  /** A batch whose decision is still awaited; undefined for any other id. */
  findRunning(ctx: Context, id: bigint): Batch | undefined {
    const batch = this.find(ctx, id);
    return batch !== undefined && isRunning(batch) ? batch : undefined;
  }

  /** Any batch that exists. */
  find(ctx: Context, id: bigint): Batch | undefined {
    const known = this.#batches.get(id);
    if (known !== undefined) return known;
    const batch = this.#keeper.findBatch(ctx, id);
    if (batch !== undefined) this.#batches.set(id, batch);
    return batch;
  }

  get(id: bigint): Batch {
    return assertDefined(this.#batches.get(id), "the batch was loaded");
  }

  put(batch: Batch): void {
    this.#batches.set(batch.id, batch);
    if (this.#isChanged.has(batch.id)) return;
    this.#isChanged.add(batch.id);
    this.#changed.push(batch.id);
  }

  /** Replaces one seat of a batch. */
  putSeat(id: bigint, number: number, seat: Seat): void {
    const batch = this.get(id);
    this.put({ ...batch, seats: batch.seats.with(number, seat) });
  }

  /** Writes what changed. */
  save(ctx: Context): void {
    for (const id of this.#changed.sort(compareBig)) this.#keeper.setBatch(ctx, this.get(id));
    this.#changed.length = 0;
    this.#isChanged.clear();
  }
}
