import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { Realm } from "#sandbox/quickjs/realm.js";
import { quantile } from "../report/statistics.js";
import { textSpec } from "../load/textSpec.js";

const CODE = `export const infer = () => ({ text: "x" });`;
const FRESH = 60;
const RESET = 2_000;

/** Ways to begin an execution with the state of a fresh realm; medians in milliseconds. */
export interface StartUp {
  /** A new instance, memory, runtime, realm and module, and one call of a function that does nothing. */
  readonly freshMs: number;
  /** The same call after copying back the memory that the loaded module left. */
  readonly resetMs: number;
}

export function measureStartUp(): StartUp {
  const program = loadQuickJs();
  const fresh = times(FRESH, () => {
    run(new Realm(program, textSpec(CODE)));
  });
  const realm = new Realm(program, textSpec(CODE));
  const reset = times(RESET, () => {
    run(realm);
  });
  return { freshMs: quantile(fresh, 0.5), resetMs: quantile(reset, 0.5) };
}

function times(count: number, work: () => void): number[] {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function run(realm: Realm): void {
  const event = realm.start([[]], () => new Uint8Array(32));
  if (event.kind !== "done") throw new Error(`the measurement's code ended as ${event.kind}`);
}
