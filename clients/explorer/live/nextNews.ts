import type { HeightFeed } from "./heightFeed.js";

/** Without any news something is read again after so long, for what no block tells. */
const QUIET_MS = 15_000;
/** However fast blocks come, so long passes between two readings. */
const LEAST_MS = 250;

/**
 * Settles when it pays to read again what was read at a height: there is a higher one, the node
 * fell silent or speaks again, nothing was heard for long, or the signal is aborted.
 */
export async function nextNews(
  feed: Pick<HeightFeed, "latest" | "mode" | "subscribe">,
  readAt: bigint,
  signal: AbortSignal,
): Promise<void> {
  await pause(LEAST_MS, signal);
  const { mode } = feed;
  const isNews = (): boolean =>
    feed.latest > readAt || (feed.mode === "down") !== (mode === "down");
  if (isNews() || signal.aborted) return;
  await new Promise<void>((settle) => {
    const end = (): void => {
      clearTimeout(timer);
      leave();
      signal.removeEventListener("abort", end);
      settle();
    };
    const timer = setTimeout(end, QUIET_MS);
    const leave = feed.subscribe(() => {
      if (isNews()) end();
    });
    signal.addEventListener("abort", end);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    const timer = setTimeout(settle, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        settle();
      },
      { once: true },
    );
  });
}
