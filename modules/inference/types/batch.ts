import { toHex } from "#core/primitives/bytes.js";
import { exceedsFraction } from "#core/primitives/intMath.js";
import {
  type Batch,
  BatchKind,
  BatchStatus,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { abstains } from "./abstentions.js";

/** Whether the batch is decided by seats (a committee) rather than by two thirds of the power. */
export function isCommittee(batch: Batch): boolean {
  return batch.kind === BatchKind.COMMITTEE;
}

/** Whether the batch repeats disputed work, so that leaves bind work digests. */
export function isEscalation(batch: Batch): boolean {
  return batch.kind === BatchKind.ESCALATION;
}

/** Whether every seat publishes its own answers, because they differ lawfully and are made one. */
export function publishesPayloads(batch: Batch): boolean {
  return batch.payloadBytes > 0n;
}

/** Leaves under the batch root: one for each request, or the single one of a validation job. */
export function leafCount(batch: Batch): number {
  return batch.kind === BatchKind.VALIDATION ? 1 : batch.requestIds.length;
}

/** Whether a decision is still awaited. */
export function isRunning(batch: Batch): boolean {
  return batch.status !== BatchStatus.SETTLED && batch.status !== BatchStatus.CLOSED;
}

/** Whether the batch is settled and waits for nothing but the height at which it closes. */
export function isClosing(batch: Batch): boolean {
  return batch.status === BatchStatus.SETTLED && batch.openEscalations === 0;
}

/** Seats that count: all that were drawn, less those replaced after declining. */
export function seatTotal(batch: Batch): number {
  return batch.seats.length - batch.seats.filter((seat) => seat.redrawn).length;
}

/** Power of all seats at their draw. */
export function powerTotal(batch: Batch): bigint {
  return batch.seats.reduce((sum, seat) => sum + seat.power, 0n);
}

/**
 * Whether these seats decide: strictly more than half of the seats that count, or strictly more
 * than two thirds of all power (protocol.md section 9). Missing seats count as disagreeing.
 */
export function decides(batch: Batch, seats: readonly Seat[]): boolean {
  if (isCommittee(batch)) return 2 * seats.length > seatTotal(batch);
  const power = seats.reduce((sum, seat) => sum + seat.power, 0n);
  return exceedsFraction(power, powerTotal(batch), { numerator: 2n, denominator: 3n });
}

/** A value that seats agree on. */
export interface Agreement {
  readonly value: Uint8Array;
  readonly seats: readonly Seat[];
}

/**
 * The value that deciding seats share, or undefined. Since a decision takes more than half, at
 * most one value has it. `valueOf` gives undefined for a seat that says nothing.
 */
export function findAgreement(
  batch: Batch,
  valueOf: (seat: Seat) => Uint8Array | undefined,
): Agreement | undefined {
  const groups = new Map<string, { value: Uint8Array; seats: Seat[] }>();
  for (const seat of batch.seats) {
    const value = valueOf(seat);
    if (value === undefined) continue;
    const key = toHex(value);
    const group = groups.get(key) ?? { value, seats: [] };
    group.seats.push(seat);
    groups.set(key, group);
  }
  for (const group of groups.values()) {
    if (decides(batch, group.seats)) return group;
  }
  return undefined;
}

/**
 * Whether deciding seats could share an answer to the one position of a validation job if all that
 * gave none had joined those who did: false when answers contradict each other for good.
 */
export function couldAgree(batch: Batch): boolean {
  const answers = batch.seats.filter((seat) => answersOnly(seat));
  const silent = batch.seats.filter((seat) => !answersOnly(seat));
  const roots = new Set(answers.map(({ batchRoot }) => toHex(batchRoot)));
  return (
    roots.size === 0 ||
    [...roots].some((root) => {
      const alike = answers.filter(({ batchRoot }) => toHex(batchRoot) === root);
      return decides(batch, [...silent, ...alike]);
    })
  );
}

/** Whether a seat revealed an answer to the first position. */
function answersOnly({ status, abstentions }: Seat): boolean {
  return status === SeatStatus.REVEALED && !abstains(abstentions, 0);
}

/** The root a revealed seat stands for. */
export function revealedRoot(seat: Seat): Uint8Array | undefined {
  return seat.status === SeatStatus.REVEALED ? seat.batchRoot : undefined;
}

/** Whether a seat of a running batch has not left: its provider's capacity is reserved. */
export function isSeated(seat: Seat): boolean {
  return (
    seat.status === SeatStatus.WAITING ||
    seat.status === SeatStatus.COMMITTED ||
    seat.status === SeatStatus.REVEALED
  );
}

/** Seats that the phase of the batch still waits for. */
export function owingSeats(batch: Batch): Seat[] {
  return batch.seats.filter((seat) => owes(batch, seat));
}

/** Whether the phase of the batch waits for this seat. */
export function owes(batch: Batch, seat: Seat): boolean {
  switch (batch.status) {
    case BatchStatus.COMMITTING:
      return seat.status === SeatStatus.WAITING;
    case BatchStatus.REVEALING:
      return seat.status === SeatStatus.COMMITTED;
    case BatchStatus.COMPARING:
      return seat.status === SeatStatus.REVEALED && seat.requestDigests.length < leafCount(batch);
    default:
      return false;
  }
}
