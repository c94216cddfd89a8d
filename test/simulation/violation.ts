/** An invariant of the simulation does not hold; the name is one of those in `README.md`. */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.name = "Violation";
    this.invariant = invariant;
  }
}

/** Throws a violation unless the condition holds; `detail` is asked for only then. */
export function demand(holds: boolean, invariant: string, detail: () => string): asserts holds {
  if (!holds) throw new Violation(invariant, detail());
}
