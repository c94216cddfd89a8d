import type { Context } from "#core/baseapp/context.js";
import { BatchStatus, FaultKind, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { seatVacated } from "../../types/events.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";
import { punish } from "./punish.js";
import { releaseSeat } from "./reservation.js";

/** A seat by its batch and number. */
export interface SeatRef {
  readonly batchId: bigint;
  readonly number: number;
}

/** Gives a seat up without fault; `reason` is a lower-case phrase for the event. */
export function vacateSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly reason: string },
): void {
  setLeft(ctx, keeper, book, { ...given, status: SeatStatus.VACATED });
  const seat = book.get(given.batchId).seats[given.number];
  ctx.emit(seatVacated(given.batchId, seat?.operatorAddress ?? "", given.reason));
}

/** Gives a waiting seat up because its holder will not run the batch; it is redrawn once. */
export function declineSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly reason: string },
): void {
  setLeft(ctx, keeper, book, { ...given, status: SeatStatus.DECLINED });
  const batch = book.get(given.batchId);
  const seat = batch.seats[given.number];
  ctx.emit(seatVacated(given.batchId, seat?.operatorAddress ?? "", given.reason));
  if (seat?.redrawn === true) return;
  const pendingRedraws = batch.pendingRedraws + 1;
  book.put({ ...batch, pendingRedraws, declineHeight: ctx.height });
}

/** Ends a seat with a fault of the phase its batch is in. */
export function faultSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly kind: FaultKind },
): void {
  setLeft(ctx, keeper, book, { ...given, status: statusOf(given.kind) });
  punish(ctx, keeper, { batch: book.get(given.batchId), ...given });
}

/** The fault of silence: absent before the freeze, withheld after it. */
export function silenceFault(status: BatchStatus): FaultKind {
  return status === BatchStatus.COMMITTING ? FaultKind.ABSENT : FaultKind.WITHHELD;
}

function statusOf(kind: FaultKind): SeatStatus {
  switch (kind) {
    case FaultKind.ABSENT:
      return SeatStatus.ABSENT;
    case FaultKind.WITHHELD:
      return SeatStatus.WITHHELD;
    default:
      return SeatStatus.INVALID;
  }
}

function setLeft(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly status: SeatStatus },
): void {
  const batch = book.get(given.batchId);
  const seat = batch.seats[given.number];
  if (seat === undefined) return;
  releaseSeat(ctx, keeper, batch, seat);
  book.putSeat(given.batchId, given.number, { ...seat, status: given.status });
}
