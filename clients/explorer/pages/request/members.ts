import {
  FaultKindNames,
  type Seat,
  SeatStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { formatAddress, parseAddress, shortName, toHex } from "#sdk/index.js";
import { eventOf, heightOf } from "./courseEvents.js";
import { isEscalated, type RequestCourse, type Round } from "./readRequest.js";

/** What a member of a round did, and what it got for it. */
export interface Member {
  readonly operator: string;
  /** Place of its round, from 0. */
  readonly round: number;
  /** Whether its round is one of all providers, after a disagreement or a challenge. */
  readonly isEscalation: boolean;
  readonly power: bigint;
  /** For example `REVEALED`. */
  readonly status: string;
  /** `right`, `wrong`, `abstained` or `silent`; undefined before there is a result. */
  readonly verdict: string | undefined;
  /** Lower-case hex; empty for none. */
  readonly commitment: string;
  readonly root: string;
  readonly commitHeight: bigint | undefined;
  readonly revealHeight: bigint | undefined;
  /**
   * Height at which it took the place of one that declined; undefined for who was drawn at first.
   */
  readonly redrawnHeight: bigint | undefined;
  /** When and why it left without fault; undefined for who stayed. */
  readonly left: { readonly height: bigint | undefined; readonly reason: string } | undefined;
  /** For example `ABSENT`; undefined for none. */
  readonly fault: string | undefined;
  readonly faultHeight: bigint | undefined;
  /** Its penalty in unes. */
  readonly penalty: string | undefined;
  /** In unes, in the last round that it sat in; undefined while nothing was paid. */
  readonly paid: string | undefined;
}

/**
 * The members of all rounds of a request, round by round in seat order; none while it is queued.
 */
export function membersOf(course: RequestCourse): Member[] {
  return course.rounds.flatMap((round, index) =>
    round.batch.seats.map((seat) => memberOf(seat, { round, index, course })),
  );
}

interface Place {
  readonly round: Round;
  readonly index: number;
  readonly course: RequestCourse;
}

function memberOf(seat: Seat, { round, index, course }: Place): Member {
  const operator = seat.operatorAddress;
  const { batch, trace } = round;
  const { events } = course;
  const own = { batch_id: String(batch.id), operator };
  const traced = trace?.members.find((one) => one.operator === operator);
  const fault = course.faults.find(
    (one) => one.batchId === batch.id && one.operatorAddress === operator,
  );
  return {
    operator,
    round: index,
    isEscalation: isEscalated(round),
    power: seat.power,
    status: shortName(SeatStatusNames, seat.status),
    verdict: traced?.verdict,
    commitment: toHex(seat.commitment),
    root: toHex(seat.batchRoot),
    commitHeight: heightOf(events, "committed", own) ?? traced?.commitHeight,
    revealHeight: heightOf(events, "revealed", own) ?? traced?.revealHeight,
    redrawnHeight: seat.redrawn ? seat.drawnHeight : undefined,
    left: leftOf(seat, { round, index, course }),
    fault: fault === undefined ? undefined : shortName(FaultKindNames, fault.kind),
    faultHeight: fault?.height,
    penalty: fault?.penalty.amount,
    paid: paidOf(operator, index, course),
  };
}

const LEFT: readonly string[] = ["DECLINED", "VACATED"];

function leftOf(seat: Seat, { round, course }: Place): Member["left"] {
  const status = shortName(SeatStatusNames, seat.status);
  if (!LEFT.includes(status)) return undefined;
  const own = { batch_id: String(round.batch.id), operator: seat.operatorAddress };
  const event = eventOf(course.events.found, "seat_vacated", own);
  const plain = status === "DECLINED" ? "declined" : "left";
  return { height: event?.height, reason: event?.attributes["reason"] ?? plain };
}

/** Shares of several rounds are paid as one sum. */
function paidOf(
  operator: string,
  index: number,
  { breakdown, rounds }: RequestCourse,
): string | undefined {
  const last = rounds.findLastIndex(({ batch }) =>
    batch.seats.some(({ operatorAddress }) => operatorAddress === operator),
  );
  if (breakdown === undefined || index !== last) return undefined;
  const account = formatAddress("account", parseAddress("operator", operator));
  const payout = breakdown.payouts.find(
    ({ role, address }) => role === PayoutRole.MEMBER && address === account,
  );
  return payout?.amount ?? "0";
}
