import { compareBytes } from "./bytes.js";

/** Orders strings by UTF-16 code units, which for ASCII is byte order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Orders integers. */
export function compareBig(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Entries of a map in ascending order of its string keys, whatever the order of insertion. */
export function sortedEntries<V>(map: ReadonlyMap<string, V>): Array<readonly [string, V]> {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

/** A copy in byte order. */
export function sortedBytes(list: readonly Uint8Array[]): Uint8Array[] {
  return [...list].sort(compareBytes);
}

/** Whether the list strictly ascends by `compare`, hence holds no duplicates. */
export function isStrictlyAscending<T>(
  list: readonly T[],
  compare: (a: T, b: T) => number,
): boolean {
  for (let index = 1; index < list.length; index++) {
    const previous = list[index - 1];
    const current = list[index];
    if (previous === undefined || current === undefined) continue;
    if (compare(previous, current) >= 0) return false;
  }
  return true;
}

/** Keys of a map in ascending order, whatever the order of insertion. */
export function sortedNames(map: ReadonlyMap<string, unknown>): string[] {
  return sortedEntries(map).map(([name]) => name);
}
