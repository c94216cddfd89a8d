import { groupDigits } from "../../format/amount.js";

/** A mean over requests, rounded down; a dash over none. */
export function meanText(sum: bigint, count: number): string {
  return count === 0 ? "–" : groupDigits(sum / BigInt(count));
}

/** A part in percent with one decimal at most; a dash of nothing. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((1_000 * part) / whole) / 10} %`;
}
