import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";

/** Files of a new kernel, by their path within its folder. */
export function templateFiles(name: string): ReadonlyArray<readonly [string, string | Uint8Array]> {
  return [
    ["Aivmfile", aivmfile(name)],
    ["model.onnx", linearModel()],
    ["infer.js", INFER],
    ["vectors/one.json", vector([1, 0, 0, 0], [1])],
    ["vectors/all.json", vector([1, 2, 3, 4], [30])],
    ["README.md", readme(name)],
    [".gitignore", "build/\n"],
  ];
}

const aivmfile = (
  name: string,
): string => `# What this kernel is; every directive is explained in docs/spec/aivmfile.md.
AIVM      1
NAME      ${name}
ENGINE    ort-wasm/1.30.0
MODEL     net  model.onnx
INFER     infer.js
AGGREGATE exact
INPUT     x  float32[1,4]
OUTPUT    y  float32[1]
SEED      none
LIMIT     gas 20_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Adds four numbers, weighted by 1, 2, 3 and 4
`;

const INFER = `/**
 * Runs the model once. \`input\` has a typed array for each INPUT of the Aivmfile; what is returned
 * needs one for each OUTPUT.
 */
export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x: { dims: [1, 4], data: x } });
  return { y: y.data };
}
`;

function vector(x: readonly number[], y: readonly number[]): string {
  return `${JSON.stringify({ input: { x }, expect: { y } }, null, 2)}\n`;
}

const readme = (name: string): string => `# ${name}

    aivmd kernel check ${name}
    aivmd kernel test ${name}
    aivmd kernel run --local ${name} --input-json '{"x": [1, 2, 3, 4]}'
    aivmd kernel publish ${name} --from me
    aivmd kernel run ${name} --input-json '{"x": [1, 2, 3, 4]}' --from me
`;

/** y = x · (1, 2, 3, 4): the least model that shows how code and model fit together. */
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
