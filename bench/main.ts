import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeMachine, machineCpuSeconds } from "./machine.js";
import { MEASUREMENTS } from "./measurements.js";
import { type BenchOptions, FULL, progress, QUICK } from "./options.js";
import type { Section } from "./report/figure.js";
import { demandPlaceForFigures, writeFigures } from "./report/markdown.js";
import { renderText } from "./report/text.js";

/**
 * `make bench`: runs measurements, each in a process of its own, and prints their figures.
 *
 *     main.ts [--quick] [--seconds n] [--output text|json] [--write file] [--node-flags flags] [name…]
 *
 * Without names everything is measured; `--write` puts the sections that were measured into a
 * document and leaves its others.
 */
const USAGE = `bench [--quick] [--seconds n] [--output text|json] [--write file] [--node-flags flags] [${[
  ...MEASUREMENTS.keys(),
].join("|")}]…`;

/** What a machine may do beside the bench for its figures to be worth publishing. */
const QUIET_CORES = 0.15;
const QUIET_SAMPLE_MS = 1_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    output: { type: "string", default: "text" },
    write: { type: "string" },
    "node-flags": { type: "string", default: "" },
    /** Used by this program: measures in this process and prints the section as JSON. */
    one: { type: "string" },
  },
});

function readOptions(): BenchOptions {
  const base = values.quick ? QUICK : FULL;
  const seconds = values.seconds === undefined ? base.seconds : Number(values.seconds);
  if (!Number.isFinite(seconds) || seconds <= 0) throw new Error(`--seconds is a number: ${USAGE}`);
  const nodeFlags = values["node-flags"].split(" ").filter((flag) => flag !== "");
  return { ...base, seconds, nodeFlags };
}

async function measureHere(name: string): Promise<void> {
  const measure = MEASUREMENTS.get(name);
  if (measure === undefined) throw new Error(`there is no measurement ${name}: ${USAGE}`);
  process.stdout.write(JSON.stringify(await measure(readOptions())));
}

/** A process of its own: no measurement inherits another's heap and compiled code. */
async function measureApart(name: string): Promise<Section> {
  const own = process.argv.slice(2).filter((argument) => !MEASUREMENTS.has(argument));
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...own, "--one", name];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return JSON.parse(output) as Section;
  return { title: name, figures: [], notes: [`failed with code ${code ?? "none"}; see above`] };
}

/** Processors that something else keeps busy right now. */
async function othersCores(): Promise<number> {
  const before = machineCpuSeconds() ?? 0;
  await sleep(QUIET_SAMPLE_MS);
  return (((machineCpuSeconds() ?? 0) - before) * 1000) / QUIET_SAMPLE_MS;
}

async function main(): Promise<void> {
  const names = positionals.length === 0 ? [...MEASUREMENTS.keys()] : positionals;
  const unknown = names.find((name) => !MEASUREMENTS.has(name));
  if (unknown !== undefined) throw new Error(`there is no measurement ${unknown}: ${USAGE}`);
  if (values.write !== undefined) demandPlaceForFigures(values.write);
  const machine = describeMachine();
  const busy = await othersCores();
  if (busy > QUIET_CORES) {
    progress(
      `something else keeps ${busy.toFixed(1)} processors busy: these figures are not for publishing`,
    );
  }
  const sections: Section[] = [];
  for (const name of names) sections.push(await measureApart(name));
  if (values.output === "json") console.log(JSON.stringify({ machine, busy, sections }, null, 2));
  else console.log(`${machine}\n\n${renderText(sections)}`);
  if (values.write !== undefined) writeFigures(values.write, origin(machine, busy), sections);
  if (sections.some(({ figures }) => figures.length === 0)) process.exitCode = 1;
}

/** Where figures come from: when, by which command, on what. */
function origin(machine: string, busy: number): string {
  const date = new Date().toISOString().slice(0, 10);
  const { seconds } = readOptions();
  const args = [...(values.quick ? ["--quick"] : []), ...positionals].join(" ");
  const command = args === "" ? "make bench" : `make bench ARGS="${args}"`;
  const others =
    busy <= QUIET_CORES
      ? "nothing else ran"
      : `${busy.toFixed(1)} processors were busy with other things`;
  return `${date}, \`${command}\`, load for ${seconds} s where there is load; ${machine}; ${others}`;
}

if (values.one === undefined) await main();
else await measureHere(values.one);
