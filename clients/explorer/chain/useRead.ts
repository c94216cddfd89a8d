import { useEffect, useState } from "preact/hooks";
import type { RpcTransport } from "#sdk/index.js";
import { useChain } from "./chainContext.js";

/** What a page knows of something that it reads from the chain. */
export type Reading<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T; readonly stale: unknown }
  | { readonly state: "failed"; readonly error: unknown };

/** How often something is read again. */
export interface ReadOptions<T> {
  /** Milliseconds between readings; read once unless given. */
  readonly everyMs?: number | undefined;
  /** Whether a value is final, so that it need not be read again. */
  readonly isFinal?: ((value: T) => boolean) | undefined;
}

/** Reads something of the chain. */
export type Read<T> = (rpc: RpcTransport, signal: AbortSignal) => Promise<T>;

/**
 * Reads something when the page opens or `key` changes, and again and again when it is asked to.
 * Once there was a value it stays, with the error of the last attempt as `stale`.
 */
export function useRead<T>(key: string, read: Read<T>, options: ReadOptions<T> = {}): Reading<T> {
  const { rpc } = useChain();
  const [known, setKnown] = useState<{ readonly key: string; readonly reading: Reading<T> }>();
  useEffect(() => {
    const stop = new AbortController();
    const loop = { read: () => read(rpc, stop.signal), signal: stop.signal, ...options };
    void keepReading(loop, (change) => {
      setKnown((before) => ({
        key,
        reading: change(before?.key === key ? before.reading : LOADING),
      }));
    });
    return () => {
      stop.abort();
    };
  }, [key, rpc]);
  return known?.key === key ? known.reading : LOADING;
}

const LOADING: Reading<never> = { state: "loading" };

interface Loop<T> extends ReadOptions<T> {
  readonly read: () => Promise<T>;
  readonly signal: AbortSignal;
}

async function keepReading<T>(
  { read, signal, everyMs, isFinal }: Loop<T>,
  set: (change: (before: Reading<T>) => Reading<T>) => void,
): Promise<void> {
  let isOver = everyMs === undefined;
  do {
    try {
      const value = await read();
      isOver ||= isFinal?.(value) === true;
      if (!signal.aborted) set(() => ({ state: "ready", value, stale: undefined }));
    } catch (error) {
      if (!signal.aborted) set((before) => afterFailure(before, error));
    }
    if (!isOver) await new Promise((settle) => setTimeout(settle, everyMs));
  } while (!isOver && !signal.aborted);
}

/** What was known stays known. */
function afterFailure<T>(before: Reading<T>, error: unknown): Reading<T> {
  return before.state === "ready" ? { ...before, stale: error } : { state: "failed", error };
}
