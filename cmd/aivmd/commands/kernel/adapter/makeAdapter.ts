import { type Adapter, type LowRankDelta } from "#core/codec/generated/aivm/kernel/v1.js";
import { compareBytes, utf8 } from "#core/primitives/bytes.js";
import { ADAPTER_FORMAT } from "#sandbox/onnx/adapter.js";
import type { OnnxModel } from "#sandbox/onnx/model.js";
import { badFactors } from "../errors.js";
import type { FactorTensor } from "./readSafetensors.js";

/** How factors become an adapter. */
export interface AdapterOptions {
  /** What the product of the factors is multiplied by, from the rank. */
  readonly scaleOf: (rank: number) => number;
  /** Names in the model by names of the factors, where they differ. */
  readonly names: ReadonlyMap<string, string>;
  /** Names of the factors whose tensor the model has transposed, though that cannot be told. */
  readonly transposed: ReadonlySet<string>;
}

/** A and B of one tensor, as PEFT and most trainers name them. */
interface Pair {
  a?: FactorTensor;
  b?: FactorTensor;
}

const FACTOR = /^(?:base_model\.model\.)?(.+)\.lora_(A|B)(?:\.default)?(?:\.weight)?$/;

/**
 * The adapter of pairs of factors `NAME.lora_A` (r × n) and `NAME.lora_B` (m × r) for a model whose
 * constant `NAME`, or `NAME.weight`, is m × n; exporters often transpose it, which its shape shows.
 * Fails with `author/17`, which names what does not fit.
 */
export function makeAdapter(
  file: string,
  tensors: readonly FactorTensor[],
  { model, options }: { readonly model: OnnxModel; readonly options: AdapterOptions },
): Adapter {
  const pairs = pairUp(file, tensors);
  const deltas = [...pairs].map(([name, { a, b }]) => {
    if (a === undefined || b === undefined) {
      throw badFactors({
        file,
        problem: `${name} has lora_${a ? "A" : "B"} but no lora_${a ? "B" : "A"}`,
      });
    }
    return deltaOf(file, { name, a, b }, { model, options });
  });
  const sorted = deltas.sort((x, y) => compareBytes(utf8(x.tensor), utf8(y.tensor)));
  return { format: ADAPTER_FORMAT, deltas: sorted };
}

function pairUp(file: string, tensors: readonly FactorTensor[]): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const tensor of tensors) {
    const [, name, factor] = FACTOR.exec(tensor.name) ?? [];
    if (name === undefined) {
      const problem = `tensor ${tensor.name} is named neither NAME.lora_A nor NAME.lora_B`;
      throw badFactors({ file, problem });
    }
    if (tensor.shape.length !== 2) {
      throw badFactors({
        file,
        problem: `tensor ${tensor.name} has ${tensor.shape.length} axes, not 2`,
      });
    }
    const pair = pairs.get(name) ?? {};
    pairs.set(name, factor === "A" ? { ...pair, a: tensor } : { ...pair, b: tensor });
  }
  if (pairs.size === 0) throw badFactors({ file, problem: "holds no tensor" });
  return pairs;
}

type Named = Required<Pair> & { readonly name: string };

function deltaOf(
  file: string,
  { name, a, b }: Named,
  { model, options }: { readonly model: OnnxModel; readonly options: AdapterOptions },
): LowRankDelta {
  const [rank = 0, columns = 0] = a.shape;
  const [rows = 0, rankOfB = 0] = b.shape;
  if (rank !== rankOfB) {
    throw badFactors({
      file,
      problem: `${name} has rank ${rank} in lora_A and ${rankOfB} in lora_B`,
    });
  }
  const target = findTarget(file, name, { model, options });
  const [first = 0, ...others] = target.dims;
  const second = others.reduce((product, extent) => product * extent, 1);
  const scale = new Uint8Array(Float32Array.of(options.scaleOf(rank)).buffer);
  const as = (factors: { readonly a: Uint8Array; readonly b: Uint8Array }): LowRankDelta => {
    return { tensor: target.name, rank, scale, ...factors };
  };
  const isPlain = first === rows && second === columns;
  const isTransposed = first === columns && second === rows;
  if (isPlain && !options.transposed.has(name)) return as({ a: a.data, b: b.data });
  // The transpose of B · A is that of A times that of B.
  if (isTransposed) return as({ a: transpose(b), b: transpose(a) });
  const found = `${target.dims.join(" × ")} in the model`;
  throw badFactors({ file, problem: `${name} is ${rows} × ${columns} by its factors, ${found}` });
}

interface Target {
  readonly name: string;
  readonly dims: readonly number[];
}

function findTarget(
  file: string,
  name: string,
  { model, options }: { readonly model: OnnxModel; readonly options: AdapterOptions },
): Target {
  const wanted = options.names.get(name);
  const names = wanted === undefined ? [name, `${name}.weight`] : [wanted];
  const constants = model.graph.initializers ?? [];
  const found = names.flatMap(
    (one) => constants.find((constant) => constant.name === one) ?? [],
  )[0];
  if (found !== undefined) return { name: found.name ?? "", dims: (found.dims ?? []).map(Number) };
  const known = constants.filter(({ dims = [] }) => dims.length >= 2).map((one) => one.name ?? "");
  const problem = `the model has no constant ${names.join(" or ")}; name one of ${known.join(", ")} by --map ${name}=CONSTANT`;
  throw badFactors({ file, problem });
}

/** The transposed of a matrix of float32, as bytes. */
function transpose({ shape, data }: FactorTensor): Uint8Array {
  const [rows = 0, columns = 0] = shape;
  const from = new Float32Array(new Uint8Array(data).buffer);
  const to = new Float32Array(from.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      to[column * rows + row] = from[row * columns + column] ?? 0;
    }
  }
  return new Uint8Array(to.buffer);
}
