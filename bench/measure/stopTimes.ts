import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { Realm } from "#sandbox/quickjs/realm.js";
import { ENDLESS_CODE } from "#test/hostile/builtins.js";
import { quantile } from "../report/statistics.js";
import { textSpec } from "../load/textSpec.js";

const MEMORY_BYTES = 128 * 1_024 * 1_024;

/** How long a family of built-ins runs until its gas limit stops it, in milliseconds. */
export interface StopTimes {
  readonly family: string;
  readonly cases: number;
  readonly medianMs: number;
  readonly longestMs: number;
  readonly longest: string;
}

/** Stops each endless loop at the gas limit; once before, so that the engine is compiled. */
export function measureStopTimes(gasLimit: bigint): StopTimes[] {
  const program = loadQuickJs();
  const stopTime = (body: string): number => {
    const code = `export async function infer() { ${body} }`;
    const realm = new Realm(program, { ...textSpec(code), gasLimit, memoryBytes: MEMORY_BYTES });
    const start = performance.now();
    realm.start([[]], () => new Uint8Array(32));
    return performance.now() - start;
  };
  const families = [...new Set(ENDLESS_CODE.map(({ family }) => family))];
  for (const { body } of ENDLESS_CODE) stopTime(body);
  return families.map((family) => {
    const cases = ENDLESS_CODE.filter((code) => code.family === family);
    const timed = cases.map(({ name, body }) => ({ name, ms: stopTime(body) }));
    const longest = timed.reduce((a, b) => (b.ms > a.ms ? b : a));
    return {
      family,
      cases: cases.length,
      medianMs: quantile(
        timed.map(({ ms }) => ms),
        0.5,
      ),
      longestMs: longest.ms,
      longest: longest.name,
    };
  });
}
