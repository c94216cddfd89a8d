import type { JSX } from "preact";
import { spokenName } from "../format/short.js";

type Tone = "good" | "bad" | "busy" | "plain";

const GOOD = /^(FULFILLED|ACTIVE|REVEALED|BONDED|RIGHT|CLOSED|OK|SETTLED)$/;
const BAD =
  /^(KERNEL_FAILED|NO_AGREEMENT|EXPIRED|REJECTED|REVOKED|ABSENT|WITHHELD|INVALID|WRONG|JAILED|FAILED)$/;
const BUSY =
  /^(QUEUED|COMMITTING|COMMITTED|REVEALING|COMPARING|ESCALATED|VALIDATING|WAITING|AGGREGATING)$/;

/** A status by its name: coloured by whether it is well, under way, or not well. */
export function Badge({ status }: { readonly status: string }): JSX.Element {
  return <span class={`badge badge-${toneOf(status.toUpperCase())}`}>{spokenName(status)}</span>;
}

function toneOf(status: string): Tone {
  if (GOOD.test(status)) return "good";
  if (BAD.test(status)) return "bad";
  return BUSY.test(status) ? "busy" : "plain";
}
