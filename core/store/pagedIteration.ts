import type { IterationOrder, KeyRange, KvEntry } from "./kv.js";
import { concatBytes } from "#core/primitives/bytes.js";

/** Gives the first entries of a range in the order of the iteration, at most `limit`. */
export type PageFetch = (range: KeyRange, limit: number) => readonly KvEntry[];

/** Most iterations end early or are short; long ones soon read in large pages. */
const FIRST_PAGE = 16;
const LARGEST_PAGE = 1024;

const ZERO = Uint8Array.of(0);

/**
 * Walks a range page by page, so that nothing stays open in the database between two entries and
 * memory is bounded by a page.
 */
export function* iteratePages(
  fetch: PageFetch,
  range: KeyRange,
  order: IterationOrder,
): IterableIterator<KvEntry> {
  let rest = range;
  let limit = FIRST_PAGE;
  for (;;) {
    const page = fetch(rest, limit);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    rest =
      order === "ascending"
        ? { start: concatBytes(last.key, ZERO), end: rest.end }
        : { start: rest.start, end: last.key };
    limit = Math.min(limit * 4, LARGEST_PAGE);
  }
}
