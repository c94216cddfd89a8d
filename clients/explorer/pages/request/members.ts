import {
  FaultKindNames,
  type Seat,
  SeatStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { formatAddress, parseAddress, toHex } from "#sdk/index.js";
import { shortName } from "#sdk/inference/statusName.js";
import type { RequestCourse } from "./readRequest.js";

/** What a member of the committee did, and what it got for it. */
export interface Member {
  readonly operator: string;
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
  /** For example `ABSENT`; undefined for none. */
  readonly fault: string | undefined;
  /** In unes; undefined while nothing was paid. */
  readonly paid: string | undefined;
}

/** The members of the committee that runs a request, in seat order; none while it is queued. */
export function membersOf(course: RequestCourse): Member[] {
  return (course.batch?.seats ?? []).map((seat) => memberOf(seat, course));
}

function memberOf(seat: Seat, { trace, faults, breakdown }: RequestCourse): Member {
  const operator = seat.operatorAddress;
  const traced = trace?.members.find((one) => one.operator === operator);
  const fault = faults.find((one) => one.operatorAddress === operator);
  const account = formatAddress("account", parseAddress("operator", operator));
  const payout = breakdown?.payouts.find(
    ({ role, address }) => role === PayoutRole.MEMBER && address === account,
  );
  return {
    operator,
    power: seat.power,
    status: shortName(SeatStatusNames, seat.status),
    verdict: traced?.verdict,
    commitment: toHex(seat.commitment),
    root: toHex(seat.batchRoot),
    commitHeight: traced?.commitHeight,
    revealHeight: traced?.revealHeight,
    fault: fault === undefined ? undefined : shortName(FaultKindNames, fault.kind),
    paid: breakdown === undefined ? undefined : (payout?.amount ?? "0"),
  };
}
