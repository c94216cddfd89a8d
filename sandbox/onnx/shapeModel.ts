import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { encodeGraphParts, int64Data } from "./encodeModel.js";
import { shapeOutputs } from "./expose.js";
import { editGraph } from "./graphEdit.js";
import type { OnnxModel, OnnxTensor } from "./model.js";
import { RESERVED_PREFIX } from "./profileCheck.js";
import { isReferenced } from "./weights.js";

/** A model that is run to find shapes. */
export interface ShapeModel {
  readonly file: Uint8Array;
  /** Element types of its further inputs, each of them one element. */
  readonly fillers: readonly DataType[];
}

/** Name of the input that weights of a type are filled from. */
export function fillerName(type: DataType): string {
  return `${RESERVED_PREFIX}fill:${type}`;
}

/**
 * The model with the shape of each named tensor as an output. Its referenced weights are filled,
 * while it runs, from a single element: shapes stay the same, and nothing large stays in memory.
 */
export function toShapeModel(model: OnnxModel, tensors: readonly string[]): ShapeModel {
  const filled = (model.graph.initializers ?? []).filter(isReferenced);
  const extents = new Map(
    filled.map((weight, index) => [weight, `${RESERVED_PREFIX}dims:${index}`]),
  );
  const fillers = [...new Set(filled.map(typeOf))];
  const nodes = [...extents].map(([weight, dims]) => ({
    operator: "Expand",
    inputs: [fillerName(typeOf(weight)), dims],
    outputs: [weight.name ?? ""],
  }));
  const inputs = fillers.map((type) => ({ name: fillerName(type), type, dims: [] }));
  const file = editGraph(model, {
    replace: (tensor) => encodeExtents(tensor, extents.get(tensor)),
    append: concatBytes(encodeGraphParts({ nodes, inputs }), shapeOutputs(tensors)),
  });
  return { file, fillers };
}

/** One element to fill weights from. It is 1, by which anything can be divided. */
export function fillerElement(type: DataType): Uint8Array {
  if (type === DataType.FLOAT32) return new Uint8Array(Float32Array.of(1).buffer);
  if (type === DataType.FLOAT64) return new Uint8Array(Float64Array.of(1).buffer);
  return Uint8Array.of(1);
}

function encodeExtents(
  { dims = [] }: OnnxTensor,
  name: string | undefined,
): Uint8Array | undefined {
  if (name === undefined) return undefined;
  const extents = { name, type: DataType.INT64, dims: [dims.length], data: int64Data(dims) };
  return encodeGraphParts({ initializers: [extents] });
}

function typeOf({ dataType = 0n }: OnnxTensor): DataType {
  return Number(dataType) as DataType;
}
