import type { Context } from "#core/baseapp/context.js";
import {
  BatchStatus,
  FaultKind,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
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
  const seat = leave(ctx, keeper, book, { ...given, status: SeatStatus.VACATED });
  ctx.emit(seatVacated(given.batchId, seat.operatorAddress, given.reason));
}

/** Gives a waiting seat up because its holder will not run the batch; it is redrawn once. */
export function declineSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly reason: string },
): void {
  const seat = leave(ctx, keeper, book, { ...given, status: SeatStatus.DECLINED });
  ctx.emit(seatVacated(given.batchId, seat.operatorAddress, given.reason));
  if (seat.redrawn) return;
  const batch = book.get(given.batchId);
  const again = batch.declineHeight === ctx.height;
  book.put({
    ...batch,
    pendingRedraws: batch.pendingRedraws + 1,
    declineHeight: ctx.height,
    declinedSeats: (again ? batch.declinedSeats : 0) + 1,
  });
}

/** Ends a seat with a fault of the phase its batch is in. */
export function faultSeat(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly kind: FaultKind },
): void {
  const { kind, number } = given;
  const seat = leave(ctx, keeper, book, { ...given, status: statusOf(kind) });
  punish(ctx, keeper, { batch: book.get(given.batchId), seat, number, kind });
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

/** Frees what the seat holds and sets how it left; gives the seat as it was. */
function leave(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: SeatRef & { readonly status: SeatStatus },
): Seat {
  const batch = book.get(given.batchId);
  const seat = assertDefined(batch.seats[given.number], "a seat that leaves is of the batch");
  releaseSeat(ctx, keeper, batch, seat);
  book.putSeat(given.batchId, given.number, { ...seat, status: given.status });
  return seat;
}
