import { assertDefined } from "#core/primitives/assert.js";
import { encodeModel, int64Data, type TensorDraft } from "#sandbox/onnx/encodeModel.js";
import { LoadedModel } from "#sandbox/onnx/loadedModel.js";
import { NODE_GAS, RUN_GAS } from "#sandbox/onnx/profile.js";
import { OnnxRuntime, RuntimeRefusal } from "#sandbox/onnx/runtime.js";
import type { Tensor } from "#sandbox/tensor.js";
import { fedBytes } from "./fedBytes.js";
import type { TimedCase } from "./timedCase.js";
import { TIMED_CASES } from "./timingCases.js";

/**
 * Prints what operators take of this machine for their gas, the dearest first: `timing.ts [NAME]`.
 * A node's time is that of a model that gives the first column of its outputs, less that of one
 * that gives the first columns of its inputs. On a quiet machine.
 */
interface Timing {
  readonly name: string;
  readonly gas: bigint;
  readonly milliseconds: number;
}

const RUNS = 7;
const I64 = 7;

function tensors({ inputs }: TimedCase): Tensor[] {
  return inputs.flatMap((input) =>
    typeof input === "object" && "type" in input
      ? [{ dims: input.dims.map(BigInt), data: fedBytes(input.type, input.dims) }]
      : [],
  );
}

function firstColumn(from: string, to: string): Parameters<typeof encodeModel>[0]["nodes"][number] {
  return { operator: "Slice", inputs: [from, "zero", "one", "last"], outputs: [to] };
}

function modelOf(one: TimedCase, isBaseline: boolean): Uint8Array {
  const names = one.inputs.map((input, at) => (input === "absent" ? "" : `x${at}`));
  const initializers: TensorDraft[] = one.inputs.flatMap((input, at) =>
    typeof input === "object" && "constant" in input ? [{ ...input.constant, name: `x${at}` }] : [],
  );
  const inputs = one.inputs.flatMap((input, at) =>
    typeof input === "object" && "type" in input
      ? [{ name: `x${at}`, type: input.type, dims: input.dims }]
      : [],
  );
  for (const [name, value] of [
    ["zero", 0n],
    ["one", 1n],
    ["last", -1n],
  ] as const) {
    initializers.push({ name, type: I64, dims: [1], data: int64Data([value]) });
  }
  const results = one.outputs.map((_, at) => `y${at}`);
  const node = {
    operator: one.operator,
    inputs: names,
    outputs: results,
    attributes: one.attributes,
    ...(one.domain === "" ? {} : { domain: one.domain }),
  };
  const sliced = isBaseline
    ? inputs.map(({ name }, at) => firstColumn(name, `z${at}`))
    : results.map((name, at) => firstColumn(name, `z${at}`));
  const types = isBaseline ? inputs.map(({ type }) => type) : one.outputs;
  return encodeModel({
    operatorSet: one.version,
    irVersion: 10,
    inputs,
    outputs: types.map((type, at) => ({ name: `z${at}`, type })),
    nodes: isBaseline ? sliced : [node, ...sliced],
    initializers,
  });
}

async function timeRuns(model: LoadedModel, inputs: readonly Tensor[]): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await model.run(inputs);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

async function timeCase(runtime: OnnxRuntime, one: TimedCase): Promise<Timing> {
  const inputs = tensors(one);
  const name = `${one.operator} ${one.note}`.trim();
  const model = await LoadedModel.load(runtime, modelOf(one, false));
  try {
    const milliseconds = await timeRuns(model, inputs);
    const { gas } = await model.largestCost();
    const extra = RUN_GAS + NODE_GAS * BigInt(one.outputs.length + 1);
    const rows = await sliceGas(model);
    const base = inputs.length === 0 ? 0 : await timeBaseline(runtime, one, inputs);
    return { name, gas: gas - extra - rows, milliseconds: Math.max(0, milliseconds - base) };
  } finally {
    await model.release();
  }
}

/** What giving the first columns of the outputs costs. */
async function sliceGas(model: LoadedModel): Promise<bigint> {
  const inputs = model.signature.inputs.map(({ axes, type }) => {
    const dims = axes.map(({ maximum }) => maximum);
    return { dims, data: fedBytes(type, dims.map(Number)) };
  });
  const outputs = await model.run(inputs);
  return outputs.reduce(
    (sum, { dims }) => sum + 8n * dims.reduce((product, extent) => product * extent, 1n),
    0n,
  );
}

async function timeBaseline(
  runtime: OnnxRuntime,
  one: TimedCase,
  inputs: readonly Tensor[],
): Promise<number> {
  const model = await LoadedModel.load(runtime, modelOf(one, true));
  try {
    return await timeRuns(model, inputs);
  } finally {
    await model.release();
  }
}

/** In the last operator set that takes the case's element type. */
async function timeFirst(runtime: OnnxRuntime, one: TimedCase): Promise<Timing> {
  try {
    return await timeCase(runtime, one);
  } catch (error) {
    if (!(error instanceof RuntimeRefusal) || one.domain !== "" || one.version <= 13) throw error;
    return timeFirst(runtime, { ...one, version: one.version > 17 ? 17 : 13 });
  }
}

const perGas = ({ milliseconds, gas }: Timing): number => (milliseconds * 1e6) / Number(gas);

const [only] = process.argv.slice(2);
const runtime = new OnnxRuntime();
const timings: Timing[] = [];
for (const one of TIMED_CASES) {
  if (only !== undefined && one.operator !== only) continue;
  try {
    timings.push(await timeFirst(runtime, one));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${one.operator} ${one.note}: ${reason}\n`);
  }
}
for (const timing of timings.sort((a, b) => perGas(b) - perGas(a))) {
  const { name, gas, milliseconds } = timing;
  const row = [perGas(timing).toFixed(3), milliseconds.toFixed(2), gas, name];
  process.stdout.write(`${row.join("\t")}\n`);
}
assertDefined(timings[0], "an operator of this name is timed");
