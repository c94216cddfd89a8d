import { encodeModel, int64Data } from "#sandbox/onnx/encodeModel.js";

const FLOAT32 = 1;
const INT64 = 7;

/** Twice its input of two numbers. */
export const ADDING: Uint8Array = encodeModel({
  inputs: [{ name: "x", type: FLOAT32, dims: [2] }],
  outputs: [{ name: "y", type: FLOAT32 }],
  nodes: [{ operator: "Add", inputs: ["x", "x"], outputs: ["y"] }],
});

/**
 * Divides one integer by minus one: the least integer has no quotient, and WebAssembly traps. A
 * runtime that trapped is not used again.
 */
export const DIVIDING: Uint8Array = encodeModel({
  inputs: [{ name: "x", type: INT64, dims: [1] }],
  outputs: [{ name: "y", type: INT64 }],
  nodes: [{ operator: "Div", inputs: ["x", "d"], outputs: ["y"] }],
  initializers: [{ name: "d", type: INT64, dims: [1], data: int64Data([-1n]) }],
});

/** A file of a few hundred bytes that asks for a tensor of a gigabyte, twice. */
export const GIGABYTES: Uint8Array = encodeModel({
  inputs: [{ name: "x", type: FLOAT32, dims: [1, 1] }],
  outputs: [{ name: "y", type: FLOAT32 }],
  nodes: [
    { operator: "Expand", inputs: ["x", "s"], outputs: ["t"] },
    { operator: "Neg", inputs: ["t"], outputs: ["y"] },
  ],
  initializers: [{ name: "s", type: INT64, dims: [2], data: int64Data([16_384n, 16_384n]) }],
});
