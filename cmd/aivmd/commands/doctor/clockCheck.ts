import type { Instant } from "#core/codec/civilTime.js";
import { SdkError } from "#sdk/errors.js";
import { status } from "#sdk/rpc/status.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { type Finding, findings, sentenceOf } from "./check.js";

/** Proposals from the future are waited for or refused: a clock must not be behind by more. */
const MAX_BEHIND_SECONDS = 1;
/** Blocks come every second or so; a last one that is older says that something is wrong. */
const MAX_AGE_SECONDS = 60;

/** Whether this machine's clock fits the last block of the node that commands talk to. */
export async function checkClock(rpc: RpcTransport, now: () => number): Promise<Finding> {
  try {
    const { latestTime, latestHeight, catchingUp } = await status(rpc);
    return judgeClock({ latestTime, latestHeight, catchingUp, nowMs: now() });
  } catch (error) {
    if (!(error instanceof SdkError)) throw error;
    return findings("clock").warn(
      `not checked: ${sentenceOf(error)}`,
      "run it again while the node runs, or name another one in client.toml",
    );
  }
}

/** Judges a clock by the last block of a node. */
export function judgeClock(seen: {
  readonly latestTime: Instant;
  readonly latestHeight: bigint;
  readonly catchingUp: boolean;
  readonly nowMs: number;
}): Finding {
  const check = findings("clock");
  const { latestTime, latestHeight, catchingUp, nowMs } = seen;
  const blockMs = Number(latestTime.seconds) * 1_000 + Math.floor(latestTime.nanos / 1_000_000);
  const age = (nowMs - blockMs) / 1_000;
  const found = `block ${latestHeight} is ${age.toFixed(1)} s old by this clock`;
  if (age < -MAX_BEHIND_SECONDS) {
    return check.fail(found, "this machine's clock is behind: synchronise it (NTP)");
  }
  if (age <= MAX_AGE_SECONDS || catchingUp) return check.ok(found);
  return check.warn(found, "the chain stands still, or this machine's clock is ahead");
}
