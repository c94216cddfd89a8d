import { measureOverhead } from "./overhead.js";
import { measureStartUp } from "./startUp.js";
import { measureStopTimes } from "./stopTimes.js";

/** Worth 100 ms of ordinary work on the reference machine. */
const GAS_LIMIT = 1_000_000_000n;

/** Prints what the code engine's meter costs, how executions begin, and how soon loops are stopped. */
function main(): void {
  print("| work | plain ms | metered ms | ratio | gas per ns |", "|---|---|---|---|---|");
  for (const { name, plainMs, meteredMs, gas } of measureOverhead()) {
    const rate = Number(gas) / meteredMs / 1e6;
    const ratio = meteredMs / plainMs;
    print(
      `| ${name} | ${plainMs.toFixed(1)} | ${meteredMs.toFixed(1)} | ${ratio.toFixed(2)} | ${rate.toFixed(1)} |`,
    );
  }
  const { freshMs, resetMs } = measureStartUp();
  print(`\nfresh instance ${freshMs.toFixed(2)} ms, memory copied back ${resetMs.toFixed(3)} ms\n`);
  print(
    `| family at ${GAS_LIMIT} gas | cases | median ms | longest ms | longest |`,
    "|---|---|---|---|---|",
  );
  for (const row of measureStopTimes(GAS_LIMIT)) {
    const { family, cases, medianMs, longestMs, longest } = row;
    print(
      `| ${family} | ${cases} | ${medianMs.toFixed(0)} | ${longestMs.toFixed(0)} | ${longest} |`,
    );
  }
}

function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

main();
