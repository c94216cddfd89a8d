import type { TimeNs } from "#core/primitives/units.js";

/** Time as the SDK sees it; tests bring their own. */
export interface Clock {
  /** Nanoseconds since 1970, against which headers are judged. */
  readonly nowNs: () => TimeNs;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted. */
  readonly pause: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const NS_PER_MS = 1_000_000n;

/** The machine's clock. */
export const systemClock: Clock = {
  nowNs: () => (BigInt(Date.now()) * NS_PER_MS) as TimeNs,
  pause: async (ms, signal) => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener("abort", end);
    });
    signal?.throwIfAborted();
  },
};

/** Milliseconds between two times, rounded down. */
export function elapsedMs(sinceNs: TimeNs, nowNs: TimeNs): number {
  return Number((nowNs - sinceNs) / NS_PER_MS);
}
