/**
 * Runs a task for each item, at most `width` at a time, in the order of the items. After a failure
 * no further task begins; the first failure is passed on once the tasks under way have ended.
 */
export async function runPooled<T>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (const item of waiting) {
      try {
        await task(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, work));
  if (failures.length > 0) throw failures[0];
}
