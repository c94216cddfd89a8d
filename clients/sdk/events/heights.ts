import type { Clock } from "../clock.js";
import { isPassingFailure } from "../rpc/httpTransport.js";
import { status } from "../rpc/status.js";
import type { RpcTransport } from "../rpc/transport.js";
import { HeaderFeed } from "./headerFeed.js";
import { chooseWebSocket, type WebSocketChoice, webSocketUrlOf } from "./webSocket.js";

/** How new blocks are heard of. */
export interface HeightOptions extends WebSocketChoice {
  /** Milliseconds between two questions while there is no socket; 1,000 unless given. */
  readonly pollMs?: number | undefined;
  /** Told of each failure after which it goes on by itself. */
  readonly onOutage?: ((error: unknown) => void) | undefined;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal | undefined;
}

/** The endpoint and the clock by which it is asked. */
export interface StreamPlace {
  readonly rpc: RpcTransport;
  readonly clock: Clock;
}

const POLL_MS = 1_000;
/** An open socket that says nothing for so long may be dead without anybody having noticed. */
const QUIET_MS = 15_000;
/** Between two questions to an endpoint that is down. */
const OUTAGE_MS_MAX = 30_000;

/**
 * Last heights of the endpoint, each greater than the one before, as soon as they are known; heights
 * in between may be missing. Begins with the one that the endpoint has now, goes on over outages,
 * and ends when the signal is aborted by rejecting with its reason.
 */
export async function* heights(
  { rpc, clock }: StreamPlace,
  options: HeightOptions,
): AsyncGenerator<bigint, never, undefined> {
  const { onOutage = () => undefined, signal } = options;
  const webSocket = chooseWebSocket(options);
  const url = options.webSocketUrl ?? webSocketUrlOf(rpc.url);
  const feed = webSocket && new HeaderFeed({ clock, url, webSocket, onOutage });
  const watch = { rpc, clock, feed, options, onOutage, pauseMs: options.pollMs ?? POLL_MS };
  try {
    let last = -1n;
    let found = await askHeight(watch);
    for (;;) {
      if (found > last) {
        last = found;
        yield found;
      }
      const isNews = feed !== undefined && feed.latest > last;
      found = isNews ? feed.latest : await nextHeight(watch, last);
      signal?.throwIfAborted();
    }
  } finally {
    feed?.close();
  }
}

interface Watch extends StreamPlace {
  readonly feed: HeaderFeed | undefined;
  readonly options: HeightOptions;
  readonly onOutage: (error: unknown) => void;
  /** Milliseconds until the next question; longer while the endpoint is down. */
  pauseMs: number;
}

/** Waits for an announcement, at most so long; asks when there was none. */
async function nextHeight(watch: Watch, last: bigint): Promise<bigint> {
  const { feed } = watch;
  const isLive = feed?.isLive === true;
  await pauseUntilNews(watch, isLive ? QUIET_MS : watch.pauseMs);
  if (feed !== undefined && feed.latest > last) return feed.latest;
  const height = await askHeight(watch);
  if (isLive && height > last && feed.latest < height) feed.reconnect();
  return height;
}

async function pauseUntilNews({ clock, feed, options }: Watch, ms: number): Promise<void> {
  const news = new AbortController();
  feed?.onNews(() => {
    news.abort();
  });
  const { signal } = options;
  const either = signal === undefined ? news.signal : AbortSignal.any([signal, news.signal]);
  await clock.pause(ms, either).catch((error: unknown) => {
    if (!news.signal.aborted) throw error;
  });
  signal?.throwIfAborted();
}

/** The endpoint's last height, however long it takes until it answers. */
async function askHeight(watch: Watch): Promise<bigint> {
  const { rpc, clock, options, onOutage } = watch;
  const { signal, pollMs = POLL_MS } = options;
  for (;;) {
    try {
      const { latestHeight } = await status(rpc, { signal });
      watch.pauseMs = pollMs;
      return latestHeight;
    } catch (error) {
      if (!isPassingFailure(error)) throw error;
      onOutage(error);
    }
    await clock.pause(watch.pauseMs, signal);
    watch.pauseMs = Math.min(watch.pauseMs * 2, OUTAGE_MS_MAX);
  }
}
