/** Keys of a queue, which is ordered by its first member, up to the last time or height due. */
export function takeDue<K extends readonly [bigint, ...unknown[]]>(
  queue: Iterable<K>,
  last: bigint,
): readonly K[] {
  const due: K[] = [];
  for (const key of queue) {
    if (key[0] > last) break;
    due.push(key);
  }
  return due;
}
