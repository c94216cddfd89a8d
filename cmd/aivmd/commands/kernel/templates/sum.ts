import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { Template } from "./template.js";

/** The least kernel that shows how code and model fit together. */
export const SUM: Template = {
  name: "sum",
  summary: "the least one: a weighted sum of four numbers",
  sample: '{"x": [1, 2, 3, 4]}',
  directives: `INPUT     x  float32[1,4]
OUTPUT    y  float32[1]
SEED      none
LIMIT     gas 20_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Adds four numbers, weighted by 1, 2, 3 and 4
`,
  model: linearModel,
  infer: `/**
 * Runs the model once. \`input\` has a typed array for each INPUT of the Aivmfile; what is returned
 * needs one for each OUTPUT.
 */
export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x: { dims: [1, 4], data: x } });
  return { y: y.data };
}
`,
  vectors: [
    ["one", { input: { x: [1, 0, 0, 0] }, expect: { y: [1] } }],
    ["all", { input: { x: [1, 2, 3, 4] }, expect: { y: [30] } }],
  ],
  next: "Put your model in place of `model.onnx`, say in `Aivmfile` what it takes and gives, and fit `infer.js` and the vectors to it.",
};

/** y = x · (1, 2, 3, 4). */
function linearModel(): Uint8Array {
  return encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 4] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
    initializers: [
      { name: "w", type: DataType.FLOAT32, dims: [4, 1], data: float32Data([1, 2, 3, 4]) },
    ],
  });
}
