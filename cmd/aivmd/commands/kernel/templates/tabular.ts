import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { Template } from "./template.js";

/** A row of a table becomes a number. */
export const TABULAR: Template = {
  name: "tabular",
  summary: "a row of named columns becomes a number",
  sample: '{"area": 70, "rooms": 3, "year": 1998}',
  directives: `INPUT     area   float32[1]  # square metres
INPUT     rooms  int64[1]
INPUT     year   int64[1]    # in which it was built
OUTPUT    price  float32[1]  # in thousands
SEED      none
LIMIT     gas 20_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Estimates the price of a flat from three columns
`,
  model: regressionModel,
  infer: `/** Puts the columns into one row, as the model was trained on it. */
export async function infer({ area, rooms, year }, aivm) {
  const row = Float32Array.of(area[0], Number(rooms[0]), Number(year[0]) - 2000);
  const { y } = await aivm.run("net", { x: { dims: [1, 3], data: row } });
  return { price: y.data };
}
`,
  vectors: [
    ["old", { input: { area: [70], rooms: ["3"], year: ["1998"] }, expect: { price: [268] } }],
    ["new", { input: { area: [50], rooms: ["2"], year: ["2020"] }, expect: { price: [210] } }],
  ],
  next: "`model.onnx` is 3 × area + 20 × rooms + year after 2000: a linear regression. docs/guides/export-models.md says how to export a pipeline of scikit-learn, trees included.",
};

/** y = x · (3, 20, 1). */
function regressionModel(): Uint8Array {
  return encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 3] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "Gemm", inputs: ["x", "w", "b"], outputs: ["y"] }],
    initializers: [
      { name: "w", type: DataType.FLOAT32, dims: [3, 1], data: float32Data([3, 20, 1]) },
      { name: "b", type: DataType.FLOAT32, dims: [1], data: float32Data([0]) },
    ],
  });
}
