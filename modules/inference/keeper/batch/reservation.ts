import type { Context } from "#core/baseapp/context.js";
import type { Batch, ProviderLoad, Seat } from "#core/codec/generated/aivm/inference/v1.js";
import { assert } from "#core/primitives/assert.js";
import type { InferenceKeeper } from "../keeper.js";

/** A seat with its place in its batch. */
export interface NumberedSeat {
  readonly seat: Seat;
  readonly number: number;
}

/** Reserves a provider's capacity for a seat and files the seat under its validator. */
export function reserveSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  { seat, number }: NumberedSeat,
): void {
  const load = keeper.load(ctx, seat.consensusAddress);
  keeper.setLoad(ctx, {
    ...load,
    reservedGas: load.reservedGas + batch.gas,
    openBatches: load.openBatches + 1,
    reservedPayloadBytes: load.reservedPayloadBytes + batch.payloadBytes,
  });
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.owedSeats.set(kv, [seat.consensusAddress, batch.id], BigInt(number));
}

/** Frees the gas of a seat whose work is done: it has committed. */
export function releaseGas(ctx: Context, keeper: InferenceKeeper, batch: Batch, seat: Seat): void {
  free(ctx, keeper, seat.consensusAddress, { gas: batch.gas, batches: 0, payloadBytes: 0n });
}

/** Frees the rest of a seat that owes nothing more; a seat that never committed has its gas too. */
export function releaseSeat(ctx: Context, keeper: InferenceKeeper, batch: Batch, seat: Seat): void {
  const kv = ctx.kv(keeper.storeKey);
  const { consensusAddress } = seat;
  if (!keeper.tables.owedSeats.has(kv, [consensusAddress, batch.id])) return;
  keeper.tables.owedSeats.delete(kv, [consensusAddress, batch.id]);
  const gas = seat.commitment.length === 0 ? batch.gas : 0n;
  free(ctx, keeper, consensusAddress, { gas, batches: 1, payloadBytes: batch.payloadBytes });
}

interface Freed {
  readonly gas: bigint;
  readonly batches: number;
  readonly payloadBytes: bigint;
}

/** Gives capacity back, and notes what this block gave back: see {@link loadBefore}. */
function free(
  ctx: Context,
  keeper: InferenceKeeper,
  consensusAddress: Uint8Array,
  freed: Freed,
): void {
  const load = keeper.load(ctx, consensusAddress);
  const reservedGas = load.reservedGas - freed.gas;
  const openBatches = load.openBatches - freed.batches;
  const reservedPayloadBytes = load.reservedPayloadBytes - freed.payloadBytes;
  const sound = reservedGas >= 0n && openBatches >= 0 && reservedPayloadBytes >= 0n;
  assert(sound, "what is freed was reserved");
  const again = load.freedHeight === ctx.height;
  keeper.setLoad(ctx, {
    ...load,
    reservedGas,
    openBatches,
    reservedPayloadBytes,
    freedHeight: ctx.height,
    freedGas: freed.gas + (again ? load.freedGas : 0n),
    freedBatches: freed.batches + (again ? load.freedBatches : 0),
    freedPayloadBytes: freed.payloadBytes + (again ? load.freedPayloadBytes : 0n),
  });
}

/**
 * A provider's load without what this block has freed. A proposer that knows the beacon chooses
 * which votes to carry, and so whose capacity is freed: draws with that beacon must not depend on
 * it (protocol.md section 6).
 */
export function loadBefore(ctx: Context, load: ProviderLoad): ProviderLoad {
  if (load.freedHeight !== ctx.height) return load;
  return {
    ...load,
    reservedGas: load.reservedGas + load.freedGas,
    openBatches: load.openBatches + load.freedBatches,
    reservedPayloadBytes: load.reservedPayloadBytes + load.freedPayloadBytes,
  };
}
