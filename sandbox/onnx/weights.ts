import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeGraphParts } from "./encodeModel.js";
import { editGraph } from "./graphEdit.js";
import type { OnnxModel, OnnxTensor } from "./model.js";
import { tensorsThatDecideShapes } from "./shapeValues.js";
import { elementBytes } from "./tensorTypes.js";

/** Constants of this size and more are handed over one by one; smaller ones stay in the file. */
const LARGE_BYTES = 65_536;

/** Name under which the runtime is offered the model file as a file of weights. */
export const WEIGHTS_FILE = "weights";

/** Element types of weights: no positions or extents are written in them. */
const WEIGHT_TYPES: ReadonlySet<number> = new Set([
  DataType.FLOAT32,
  DataType.FLOAT64,
  DataType.UINT8,
  DataType.INT8,
]);

const NO_BYTES = new Uint8Array(0);

/**
 * The model with its large weights as references into its own file: the runtime takes each from
 * there, in place of a copy of the whole file and a parsed one. Constants that a shape follows
 * from stay, because shapes are inferred without that file. Undefined when it has none.
 */
export function withReferencedWeights(
  model: OnnxModel,
  largeBytes = LARGE_BYTES,
): Uint8Array | undefined {
  const kept = new Set(tensorsThatDecideShapes(model));
  for (const { name = "" } of model.graph.outputs ?? []) kept.add(name);
  const large = new Set(
    (model.graph.initializers ?? []).filter(
      (tensor) =>
        (tensor.rawData?.length ?? 0) >= largeBytes &&
        !kept.has(tensor.name ?? "") &&
        isPlainWeight(tensor),
    ),
  );
  if (large.size === 0) return undefined;
  return editGraph(model, {
    replace: (tensor) => (large.has(tensor) ? encodeReference(model, tensor) : undefined),
    append: NO_BYTES,
  });
}

/** Whether a constant refers to the file of weights. */
export function isReferenced({ location = 0n }: OnnxTensor): boolean {
  return location !== 0n;
}

/** Whether a constant's elements are stored as their bytes and nothing else. */
function isPlainWeight({ dims = [], dataType = 0n, rawData, ...others }: OnnxTensor): boolean {
  const { floatData, int32Data, int64Data: longs, uint64Data, doubleData, stringData } = others;
  if (!WEIGHT_TYPES.has(Number(dataType))) return false;
  const lists = [floatData, int32Data, longs, uint64Data, doubleData, stringData];
  if (rawData === undefined || lists.some((list) => list !== undefined)) return false;
  const elements = dims.reduce((product, extent) => product * extent, 1n);
  return elements * BigInt(elementBytes(Number(dataType)) ?? 0) === BigInt(rawData.length);
}

function encodeReference({ file }: OnnxModel, tensor: OnnxTensor): Uint8Array {
  const { name = "", dims = [], dataType = 0n, rawData = NO_BYTES } = tensor;
  const offset = rawData.byteOffset - file.byteOffset;
  const external = { file: WEIGHTS_FILE, offset, length: rawData.length };
  const type = Number(dataType);
  return encodeGraphParts({
    initializers: [{ name, type, dims: dims.map(Number), data: NO_BYTES, external }],
  });
}
