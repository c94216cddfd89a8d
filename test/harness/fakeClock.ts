import type { TimeNs } from "#core/primitives/units.js";
import type { Clock } from "#sdk/clock.js";

const NS_PER_MS = 1_000_000n;

/** A clock that moves only when somebody pauses; pauses take no time. */
export class FakeClock implements Clock {
  readonly pauses: number[] = [];
  #nowNs: bigint;
  readonly #onPause: () => void;

  constructor(startSeconds = 1_700_000_000n, onPause: () => void = () => undefined) {
    this.#nowNs = startSeconds * 1_000_000_000n;
    this.#onPause = onPause;
  }

  readonly nowNs = (): TimeNs => this.#nowNs as TimeNs;

  readonly pause = (ms: number, signal: AbortSignal | undefined): Promise<void> => {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.pauses.push(ms);
    this.#nowNs += BigInt(Math.round(ms)) * NS_PER_MS;
    this.#onPause();
    return Promise.resolve();
  };
}
