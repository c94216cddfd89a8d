import { EXIT_CODES } from "./exitCodes.js";
import type { CommandIo, EndSignal } from "./io.js";

/** Hears of signals that ask a program to end. */
export interface SignalStop {
  /** Calls `stop` at the first signal, or now if it came already. */
  by(stop: (signal: EndSignal) => void): void;
  /** Listens no more. */
  close(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** What shells show for a program that a signal ended: 128 and the signal's number. */
const SIGNAL_CODES = {
  SIGINT: EXIT_CODES.interrupted.code,
  SIGTERM: EXIT_CODES.terminated.code,
} as const;

/** The first signal stops in order, the second ends the process wherever it is. Close it in the end. */
export function stopOnSignal({ signals }: CommandIo): SignalStop {
  let first: EndSignal | undefined;
  let stop: ((signal: EndSignal) => void) | undefined;
  const onSignal = (signal: EndSignal): void => {
    if (first !== undefined) {
      signals.exit(SIGNAL_CODES[signal]);
      return;
    }
    first = signal;
    stop?.(signal);
  };
  for (const signal of SIGNALS) signals.on(signal, onSignal);
  return {
    by: (callback) => {
      stop = callback;
      if (first !== undefined) callback(first);
    },
    close: () => {
      for (const signal of SIGNALS) signals.off(signal, onSignal);
    },
  };
}
