import { useEffect, useState } from "preact/hooks";
import type { RpcTransport } from "#sdk/index.js";
import type { HeightFeed } from "../live/heightFeed.js";
import { nextNews } from "../live/nextNews.js";
import { untilSeen } from "../live/untilSeen.js";
import { useChain } from "./chainContext.js";

/** What a page knows of something that it reads from the chain. */
export type Reading<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T; readonly stale: unknown }
  | { readonly state: "failed"; readonly error: unknown };

/** How often something is read again. */
export interface ReadOptions<T> {
  /** Reads again at every new block. */
  readonly isLive?: boolean | undefined;
  /**
   * Milliseconds between readings, for what need not be of the last block; else it is read once.
   */
  readonly everyMs?: number | undefined;
  /** Whether a value is final, so that it need not be read again. */
  readonly isFinal?: ((value: T) => boolean) | undefined;
}

/** Reads something of the chain; `before` is what was read last. */
export type Read<T> = (rpc: RpcTransport, signal: AbortSignal, before: T | undefined) => Promise<T>;

/**
 * Reads something when the page opens or `key` changes, and again and again when it is asked to.
 * Once there was a value it stays, with the error of the last attempt as `stale`.
 */
export function useRead<T>(key: string, read: Read<T>, options: ReadOptions<T> = {}): Reading<T> {
  const { rpc, feed } = useChain();
  const [known, setKnown] = useState<{ readonly key: string; readonly reading: Reading<T> }>();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const loop = { read: (before?: T) => read(rpc, signal, before), feed, signal, ...options };
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
  readonly read: (before: T | undefined) => Promise<T>;
  readonly feed: HeightFeed;
  readonly signal: AbortSignal;
}

async function keepReading<T>(
  loop: Loop<T>,
  set: (change: (before: Reading<T>) => Reading<T>) => void,
): Promise<void> {
  const { read, feed, signal, isFinal } = loop;
  let isOver = loop.isLive !== true && loop.everyMs === undefined;
  let value: T | undefined;
  for (;;) {
    const readAt = loop.isLive === true ? feed.latest : 0n;
    try {
      value = await read(value);
      isOver ||= isFinal?.(value) === true;
      const ready: Reading<T> = { state: "ready", value, stale: undefined };
      if (!signal.aborted) set(() => ready);
    } catch (error) {
      if (!signal.aborted) set((before) => afterFailure(before, error));
    }
    if (isOver || signal.aborted) return;
    await untilNextTurn(loop, readAt);
  }
}

async function untilNextTurn<T>(
  { isLive, everyMs, feed, signal }: Loop<T>,
  readAt: bigint,
): Promise<void> {
  if (isLive === true) await nextNews(feed, readAt, signal);
  else await new Promise((settle) => setTimeout(settle, everyMs));
  await untilSeen(document, signal);
}

/** What was known stays known. */
function afterFailure<T>(before: Reading<T>, error: unknown): Reading<T> {
  return before.state === "ready" ? { ...before, stale: error } : { state: "failed", error };
}
