import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ChainTime, formatAge, formatTime } from "../format/time.js";

const TICK_MS = 1_000;

/** How long ago something was, as time goes on; the time itself when it is pointed at. */
export function Age({ time }: { readonly time: ChainTime }): JSX.Element {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return (
    <time class="number faint" title={formatTime(time)}>
      {formatAge(time, nowMs)}
    </time>
  );
}
