import { type ByteReader } from "#sandbox/quickjs/meter/byteReader.js";
import { makeQuickJs } from "#sandbox/quickjs/binary.js";
import { Realm } from "#sandbox/quickjs/realm.js";
import { type WasmModule, wasm } from "#sandbox/quickjs/webAssembly.js";
import { textSpec } from "../load/textSpec.js";
import { quantile } from "../report/statistics.js";

/** Scripts of ordinary work, some tens of milliseconds each. */
const WORK: ReadonlyArray<readonly [string, string]> = [
  ["integer loop", "let s = 0; for (let i = 0; i < 5e5; i++) s = (s * 31 + i) | 0; return s;"],
  [
    "floats",
    "let s = 0; for (let i = 1; i < 1e5; i++) s += Math.sin(i) * Math.exp(-i / 1e5) + Math.sqrt(i); return s;",
  ],
  [
    "JSON and text",
    "let n = 0; for (let i = 0; i < 120; i++) n += JSON.stringify(JSON.parse(JSON.stringify(Array.from({ length: 60 }, (_, k) => ({ k, t: 'x' + k }))))).length; return n;",
  ],
  [
    "typed arrays",
    "let a = new Float32Array(2e4).map((_, i) => i / 3); for (let r = 0; r < 8; r++) a = a.map((x) => x * 0.5 + 1); return a.reduce((s, x) => s + x, 0);",
  ],
  [
    "objects and closures",
    "const m = new Map(); for (let i = 0; i < 6e4; i++) m.set(i % 997, (m.get(i % 997) ?? 0) + i); return [...m.values()].sort((a, b) => a - b)[500];",
  ],
];

/** One script under the plain engine and under the metered one. */
export interface Overhead {
  readonly name: string;
  readonly plainMs: number;
  readonly meteredMs: number;
}

/** What metering costs: medians over rounds of both engines in turn, in this process. */
export function measureOverhead(rounds: number): Overhead[] {
  const plain = new wasm.Module(makeQuickJs(plainBody));
  const metered = new wasm.Module(makeQuickJs());
  return WORK.map(([name, body]) => ({ name, ...compare(body, rounds, { plain, metered }) }));
}

/** The body as it is: what the meter starts from. */
function plainBody(body: ByteReader): Uint8Array {
  return body.rest();
}

function compare(
  body: string,
  rounds: number,
  programs: { readonly plain: WasmModule; readonly metered: WasmModule },
): Omit<Overhead, "name"> {
  const code = `const work = () => { ${body} }; export const infer = () => ({ text: String(work()) });`;
  const plain = new Realm(programs.plain, textSpec(code));
  const metered = new Realm(programs.metered, textSpec(code));
  const times: { readonly plain: number[]; readonly metered: number[] } = {
    plain: [],
    metered: [],
  };
  for (let round = 0; round < rounds; round++) {
    times.plain.push(timeOf(plain));
    times.metered.push(timeOf(metered));
  }
  return { plainMs: quantile(times.plain, 0.5), meteredMs: quantile(times.metered, 0.5) };
}

function timeOf(realm: Realm): number {
  const start = performance.now();
  const event = realm.start([[]], () => new Uint8Array(32));
  const time = performance.now() - start;
  if (event.kind !== "done") throw new Error(`a script of the measurement ended as ${event.kind}`);
  return time;
}
