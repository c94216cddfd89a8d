import { DIRECTIVES } from "./directives.js";

/** A longer word is no slip of the finger, and measuring it would take long. */
const MAX_LENGTH = 16;
/** Letters that may be wrong in a word that is still meant. */
const MAX_DISTANCE = 2;

/** What to do about a keyword that there is not: the one that was meant, or all. */
export function nearestKeyword(found: string): string {
  const keywords = DIRECTIVES.map(({ keyword }) => keyword);
  const all = `write one of ${keywords.join(", ")}, in capitals`;
  if (found.length > MAX_LENGTH) return all;
  const upper = found.toUpperCase();
  const near = keywords
    .map((keyword) => ({ keyword, distance: distance(upper, keyword) }))
    .filter(({ distance: letters }) => letters <= MAX_DISTANCE)
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? all : `write ${near.keyword}`;
}

/** Letters to put in, take out or replace to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
