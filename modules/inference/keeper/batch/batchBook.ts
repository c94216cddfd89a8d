import type { Context } from "#core/baseapp/context.js";
import type { Batch, Seat } from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isRunning } from "../../types/batch.js";
import type { InferenceKeeper } from "../keeper.js";

/**
 * Batches loaded for one step of a block: each is decoded once, changed any number of times and
 * written once by {@link save}. Iteration is in order of the ids.
 */
export class BatchBook {
  readonly #keeper: InferenceKeeper;
  readonly #batches = new Map<bigint, Batch>();
  readonly #changed = new Set<bigint>();

  constructor(keeper: InferenceKeeper) {
    this.#keeper = keeper;
  }

  /** A batch whose decision is still awaited; undefined for any other id. */
  findRunning(ctx: Context, id: bigint): Batch | undefined {
    const batch = this.#batches.get(id) ?? this.#keeper.findBatch(ctx, id);
    if (batch === undefined || !isRunning(batch)) return undefined;
    this.#batches.set(id, batch);
    return batch;
  }

  /** Any batch that exists. */
  find(ctx: Context, id: bigint): Batch | undefined {
    const batch = this.#batches.get(id) ?? this.#keeper.findBatch(ctx, id);
    if (batch !== undefined) this.#batches.set(id, batch);
    return batch;
  }

  get(id: bigint): Batch {
    return assertDefined(this.#batches.get(id), "the batch was loaded");
  }

  put(batch: Batch): void {
    this.#batches.set(batch.id, batch);
    this.#changed.add(batch.id);
  }

  /** Replaces one seat of a batch. */
  putSeat(id: bigint, number: number, seat: Seat): void {
    const batch = this.get(id);
    this.put({ ...batch, seats: batch.seats.map((one, at) => (at === number ? seat : one)) });
  }

  /** Writes what changed, in order of the ids. */
  save(ctx: Context): void {
    const ids = sortedIds(this.#changed);
    for (const id of ids) this.#keeper.setBatch(ctx, this.get(id));
    this.#changed.clear();
  }
}

function sortedIds(ids: ReadonlySet<bigint>): bigint[] {
  const list: bigint[] = [];
  ids.forEach((id) => list.push(id));
  return list.sort((a, b) => (a < b ? -1 : 1));
}

/** Number of the last seat that a validator holds in a batch: after a redraw the one that counts. */
export function findSeat(batch: Batch, consensusAddress: Uint8Array): number | undefined {
  const number = batch.seats.findLastIndex((seat) =>
    equalBytes(seat.consensusAddress, consensusAddress),
  );
  return number === -1 ? undefined : number;
}
