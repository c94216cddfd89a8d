/** Seconds and nanoseconds since 1970, as headers have them. */
export interface ChainTime {
  readonly seconds: bigint;
  readonly nanos: number;
}

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** Milliseconds since 1970, rounded down. */
export function toMs({ seconds, nanos }: ChainTime): number {
  return Number(seconds) * MS_PER_SECOND + Math.floor(nanos / NANOS_PER_MS);
}

/** How long ago something was, in the largest unit that fits: `4 s ago`, `3 min ago`. */
export function formatAge(time: ChainTime, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - toMs(time)) / MS_PER_SECOND));
  if (seconds < MINUTE_S) return `${seconds} s ago`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min ago`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)} h ago`;
  return `${Math.floor(seconds / DAY_S)} d ago`;
}

/** Date and time of day in UTC, to the second: `2026-11-28 17:05:05 UTC`. */
export function formatTime(time: ChainTime): string {
  return new Date(toMs(time)).toISOString().replace("T", " ").replace(/\..*/, " UTC");
}
