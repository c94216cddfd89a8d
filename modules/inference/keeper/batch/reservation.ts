import type { Context } from "#core/baseapp/context.js";
import type { Batch, Seat } from "#core/codec/generated/aivm/inference/v1.js";
import type { InferenceKeeper } from "../keeper.js";

/** Reserves a provider's capacity for a seat and lists the seat among what it owes. */
export function reserveSeat(ctx: Context, keeper: InferenceKeeper, batch: Batch, seat: Seat): void {
  const load = keeper.load(ctx, seat.consensusAddress);
  keeper.setLoad(ctx, {
    ...load,
    reservedGas: load.reservedGas + batch.gas,
    openBatches: load.openBatches + 1,
    reservedPayloadBytes: load.reservedPayloadBytes + batch.payloadBytes,
  });
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.owedSeats.add(kv, [seat.consensusAddress, batch.id]);
}

/** Frees the gas of a seat whose work is done: it has committed. */
export function releaseGas(ctx: Context, keeper: InferenceKeeper, batch: Batch, seat: Seat): void {
  const load = keeper.load(ctx, seat.consensusAddress);
  keeper.setLoad(ctx, { ...load, reservedGas: atLeastZero(load.reservedGas - batch.gas) });
}

/** Frees the rest of a seat that owes nothing more; a seat that never committed has its gas too. */
export function releaseSeat(ctx: Context, keeper: InferenceKeeper, batch: Batch, seat: Seat): void {
  const kv = ctx.kv(keeper.storeKey);
  const key: [Uint8Array, bigint] = [seat.consensusAddress, batch.id];
  if (!keeper.tables.owedSeats.has(kv, key)) return;
  keeper.tables.owedSeats.delete(kv, key);
  const load = keeper.load(ctx, seat.consensusAddress);
  const gas = seat.commitment.length === 0 ? batch.gas : 0n;
  keeper.setLoad(ctx, {
    ...load,
    reservedGas: atLeastZero(load.reservedGas - gas),
    openBatches: Math.max(0, load.openBatches - 1),
    reservedPayloadBytes: atLeastZero(load.reservedPayloadBytes - batch.payloadBytes),
  });
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n;
}
