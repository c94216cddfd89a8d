import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Digits } from "../load/digits.js";
import { LargeKernel, SLOW } from "../load/largeKernel.js";
import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { quantile } from "../report/statistics.js";
import { type NativeRates, nativeRates } from "./native.js";
import { type LoadedLoad, loadSandbox } from "./sandbox.js";

const MIB = 1_048_576;
/** The engines' rates settle within this time. */
const MAX_SECONDS = 50;
/**
 * Fresh processes of each kind, one after the other: where the weights of a model come to lie
 * decides some per cent, and no process moves them.
 */
const ROUNDS = 10;

/**
 * What a kernel's code, its isolation and its metering cost beside the bare runtime of its model.
 */
export async function measureEngines(options: BenchOptions): Promise<Section> {
  const seconds = Math.min(options.seconds, MAX_SECONDS);
  return {
    title: "The sandbox beside the bare runtime",
    figures: [...(await ofDigits(seconds)), ...(await ofSlowModel(seconds))],
    notes: [
      `${ROUNDS} fresh processes of each kind in turn, medians; bare: \`session.run\` of onnxruntime-web in a loop, one thread`,
      "native: the same with onnxruntime-node, by the options of the native engine",

      "digits: kernels/digits, a convolutional network of 89 KiB; slow: six products of 32 by 512 and 512 by 4,096 and back, 64 KiB of input",
    ],
  };
}

async function ofDigits(seconds: number): Promise<Figure[]> {
  const digits = await Digits.build();
  try {
    const compared = await compare(digits, { name: "digits", seconds, dims: [1, 64] });
    const target = { kind: "at most", value: 1 } as const;
    return [
      ...compared.figures,
      { name: "digits: what the sandbox adds", value: compared.addedMs, unit: "ms", target },
    ];
  } finally {
    digits.remove();
  }
}

async function ofSlowModel(seconds: number): Promise<Figure[]> {
  const kernel = await LargeKernel.build(SLOW);
  try {
    const dims = [SLOW.rows, SLOW.width];
    const compared = await compare(kernel, { name: "slow", seconds, dims });
    const target = { kind: "at least", value: 95 } as const;
    return [
      ...compared.figures,
      { name: "slow: sandbox to bare", value: compared.share * 100, unit: "%", target },
    ];
  } finally {
    kernel.remove();
  }
}

interface Compared {
  readonly figures: readonly Figure[];
  /** Milliseconds by which an execution is longer than a run of its model. */
  readonly addedMs: number;
  /** Executions for each run of the bare model in the same time. */
  readonly share: number;
}

async function compare(
  kernel: LoadedLoad & { readonly model: Uint8Array },
  given: { readonly name: string; readonly seconds: number; readonly dims: readonly number[] },
): Promise<Compared> {
  const { name, seconds, dims } = given;
  progress(`engines: ${name}`);
  const { bare, rate, processBytes } = await inTurn(kernel, { seconds: seconds / ROUNDS, dims });
  const native = await nativeRates(kernel, { seconds, dims });
  return {
    figures: [
      { name: `${name}: bare run`, value: 1000 / bare, unit: "ms" },
      { name: `${name}: execution`, value: 1000 / rate, unit: "ms" },
      { name: `${name}: memory of the process`, value: processBytes / MIB, unit: "MiB" },
      ...(native === undefined ? [] : nativeFigures(name, native)),
    ],
    addedMs: 1000 / rate - 1000 / bare,
    share: rate / bare,
  };
}

/** Medians of rates a second, and of the memory of sandbox processes. */
async function inTurn(
  kernel: LoadedLoad & { readonly model: Uint8Array },
  given: { readonly seconds: number; readonly dims: readonly number[] },
): Promise<{ readonly bare: number; readonly rate: number; readonly processBytes: number }> {
  const bare: number[] = [];
  const loads = [];
  const file = join(kernel.artifactFolder, "bare.onnx");
  writeFileSync(file, kernel.model);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await freshBareRate(file, given));
    loads.push(await loadSandbox(kernel, 1, given.seconds));
    progress(`engines: round ${round + 1} of ${ROUNDS}`);
  }
  return {
    bare: quantile(bare, 0.5),
    rate: quantile(
      loads.map(({ rate }) => rate),
      0.5,
    ),
    processBytes: quantile(
      loads.map(({ processBytes }) => processBytes),
      0.5,
    ),
  };
}

async function freshBareRate(
  file: string,
  { seconds, dims }: { readonly seconds: number; readonly dims: readonly number[] },
): Promise<number> {
  const program = fileURLToPath(new URL("bareRun.ts", import.meta.url));
  const args = [...process.execArgv, program, file, `${seconds}`, ...dims.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as { readonly rate: number }).rate;
}

function nativeFigures(name: string, { bare, sandbox }: NativeRates): Figure[] {
  return [
    { name: `${name}: bare run, native`, value: 1000 / bare, unit: "ms" },
    { name: `${name}: execution, native`, value: 1000 / sandbox, unit: "ms" },
  ];
}
