import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { mean } from "../report/statistics.js";
import { measureOverhead, type Overhead } from "./meterOverhead.js";
import { measureStartUp } from "./startUp.js";
import { measureStopTimes, type StopTimes } from "./stopTimes.js";

/** Worth 100 ms of ordinary work on the reference machine. */
const GAS_LIMIT = 1_000_000_000n;
const ROUNDS = 60;

/** What the code engine's meter costs, how executions begin, and how soon loops are stopped. */
export function measureCodeEngine({ scale }: BenchOptions): Promise<Section> {
  progress("code-engine: the meter");
  const overheads = measureOverhead(Math.max(3, Math.round(ROUNDS * scale)));
  const { freshMs, resetMs } = measureStartUp();
  progress("code-engine: endless loops");
  return Promise.resolve({
    title: "The code engine",
    figures: [
      ...overheads.map(({ name, plainMs, meteredMs }) => ({
        name: `metered to plain: ${name}`,
        value: meteredMs / plainMs,
        unit: "times",
      })),
      wholeOf(overheads),
      { name: "an execution begins in a fresh instance", value: freshMs, unit: "ms" },
      {
        name: "an execution begins with memory copied back",
        value: resetMs,
        unit: "ms",
        target: { kind: "at most", value: 3 },
      },
      ...measureStopTimes(GAS_LIMIT).flatMap(figuresOfFamily),
    ],
    notes: [
      `the meter: the same script under the instrumented engine and under the same engine without the meter, medians of ${ROUNDS} rounds in turn, one thread`,
      `endless loops are stopped at ${GAS_LIMIT.toLocaleString("en-US")} gas`,
    ],
  });
}

function wholeOf(overheads: readonly Overhead[]): Figure {
  const logarithms = overheads.map(({ plainMs, meteredMs }) => Math.log(meteredMs / plainMs));
  return {
    name: "metered to plain: geometric mean",
    value: Math.exp(mean(logarithms)),
    unit: "times",
    target: { kind: "at most", value: 1.4 },
  };
}

function figuresOfFamily({ family, cases, medianMs, longestMs, longest }: StopTimes): Figure[] {
  const name = `stopped: ${family}, ${cases} loops`;
  return [
    { name: `${name}, median`, value: medianMs, unit: "ms" },
    {
      name: `${name}, longest (${longest})`,
      value: longestMs,
      unit: "ms",
      target: { kind: "at most", value: 1_000 },
    },
  ];
}
