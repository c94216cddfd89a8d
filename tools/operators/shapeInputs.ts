import { allOperators } from "#sandbox/onnx/profile.js";

/** Prints which inputs of each operator decide shapes, for `export_cases.py`. */
const positions = allOperators().map(({ name, shapeInputs }) => [name, shapeInputs] as const);
process.stdout.write(`${JSON.stringify(Object.fromEntries(positions))}\n`);
