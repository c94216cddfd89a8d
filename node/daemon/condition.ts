import type { NodeCondition } from "#server/health/healthReport.js";

/** Remembers the course of a node for its health report. */
export class ConditionRecord {
  #height: bigint;
  #committed = false;
  #lastMs = performance.now();

  constructor(height: bigint) {
    this.#height = height;
  }

  /** Notes a commit. */
  commit(height: bigint): void {
    this.#height = height;
    this.#committed = true;
    this.#lastMs = performance.now();
  }

  /** The condition now. */
  now(inferenceProblem: string | undefined): NodeCondition {
    return {
      height: this.#height,
      committed: this.#committed,
      silentSeconds: (performance.now() - this.#lastMs) / 1000,
      inferenceProblem,
    };
  }
}
