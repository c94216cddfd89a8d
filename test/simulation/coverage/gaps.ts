import type { Target } from "./targets.js";
import { UNREACHABLE } from "./unreachable.js";

/** What simulations should have met and did not, and the reverse. */
export interface Gaps {
  readonly missing: readonly Target[];
  /** Targets that occurred although they are said to be out of reach. */
  readonly surprising: readonly string[];
}

/** Compares what occurred with what must. */
export function findGaps(targets: readonly Target[], seen: ReadonlyMap<string, number>): Gaps {
  return {
    missing: targets.filter(({ name }) => !seen.has(name) && !UNREACHABLE.has(name)),
    surprising: [...UNREACHABLE.keys()].filter((name) => seen.has(name)),
  };
}
