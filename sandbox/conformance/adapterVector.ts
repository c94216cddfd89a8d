import { Adapter, DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { ADAPTER_FORMAT, applyAdapter } from "../onnx/adapter.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { parseModel } from "../onnx/model.js";
import { irregularFloats } from "./operatorGroups.js";

const ROWS = 48;
const COLUMNS = 56;
const RANK = 6;

/** The file of a model after an adapter was added to it: bits that compilers must leave alike. */
export function adaptedModel(): Uint8Array {
  const floats = (count: number, seed: number): Uint8Array =>
    float32Data(irregularFloats(count, seed));
  const { FLOAT32 } = DataType;
  const file = encodeModel({
    inputs: [{ name: "x", type: FLOAT32, dims: [1, ROWS] }],
    outputs: [{ name: "y", type: FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
    initializers: [
      { name: "w", type: FLOAT32, dims: [ROWS, COLUMNS], data: floats(ROWS * COLUMNS, 1) },
    ],
  });
  const delta = {
    tensor: "w",
    rank: RANK,
    scale: float32Data([0.3]),
    a: floats(RANK * COLUMNS, 2),
    b: floats(ROWS * RANK, 3),
  };
  applyAdapter(
    parseModel(file),
    Adapter.encode({ format: ADAPTER_FORMAT, deltas: [delta] }),
    "conformance",
  );
  return file;
}
