import { elapsedMs, type Clock } from "./clock.js";
import { SdkError } from "./errors.js";

/** How something that will happen on the chain is waited for. */
export interface PollOptions {
  /** Milliseconds until it is looked at again; each time half as long again, up to `pauseMsMax`. */
  readonly pauseMs?: number | undefined;
  readonly pauseMsMax?: number | undefined;
  /** Milliseconds after which `WAIT_TIMED_OUT` is thrown. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A quarter of a usual block time, so that an answer is seen soon after its block. */
const PAUSE_MS = 250;
const PAUSE_MS_MAX = 2_000;
const TIMEOUT_MS = 60_000;

/**
 * Looks again and again until `look` gives a value. Fails with `WAIT_TIMED_OUT`, whatever `look`
 * throws, and the signal's reason.
 *
 * @example
 * const funded = await pollUntil(systemClock, "coins", { timeoutMs: 30_000 }, async () => {
 *   const unes = await balance(rpc, { address, denom: "unes" });
 *   return unes > 0n ? unes : undefined;
 * });
 */
export async function pollUntil<T>(
  clock: Clock,
  waitedFor: string,
  options: PollOptions,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const { pauseMsMax = PAUSE_MS_MAX, timeoutMs = TIMEOUT_MS, signal } = options;
  const startNs = clock.nowNs();
  let pauseMs = options.pauseMs ?? PAUSE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const waitedMs = elapsedMs(startNs, clock.nowNs());
    if (waitedMs >= timeoutMs) throw new SdkError("WAIT_TIMED_OUT", { waitedFor, waitedMs });
    await clock.pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 1.5, pauseMsMax);
  }
}
