import {
  type AttributeDraft,
  type ModelDraft,
  type NodeDraft,
  type TensorDraft,
  encodeModel,
  float32Data,
  int64Data,
} from "../onnx/encodeModel.js";
import type { Tensor } from "../tensor.js";

/** One model that exercises related operators, with the inputs to run it on. */
export interface OperatorGroup {
  readonly name: string;
  readonly file: Uint8Array;
  readonly inputs: readonly Tensor[];
}

const FLOAT32 = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;

/** Numbers between −2 and 2 that look irregular; every host computes the same ones. */
export function irregularFloats(count: number, seed: number): number[] {
  const numbers: number[] = [];
  let state = seed >>> 0;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    numbers.push(state / 2 ** 30 - 2);
  }
  return numbers;
}

function floats(dims: readonly number[], seed: number): Tensor {
  const count = dims.reduce((product, extent) => product * extent, 1);
  return { dims: dims.map(BigInt), data: float32Data(irregularFloats(count, seed)) };
}

function weights(name: string, dims: readonly number[], seed: number): TensorDraft {
  return { name, type: FLOAT32, dims, data: floats(dims, seed).data };
}

function integers(name: string, elements: readonly bigint[]): TensorDraft {
  return { name, type: INT64, dims: [elements.length], data: int64Data(elements) };
}

/** A node to be: operator, inputs (`-` for an absent one, `y3` for the fourth node's result). */
interface Step {
  readonly operator: string;
  readonly inputs: string;
  readonly attributes: Readonly<Record<string, AttributeDraft>>;
  readonly type: number;
}

function step(
  operator: string,
  inputs: string,
  attributes: Readonly<Record<string, AttributeDraft>> = {},
  type: number = FLOAT32,
): Step {
  return { operator, inputs, attributes, type };
}

/** A model that runs the steps on `x` and gives the result of each. */
function group(
  name: string,
  input: readonly number[],
  steps: readonly Step[],
  initializers: readonly TensorDraft[] = [],
): OperatorGroup {
  const draft: ModelDraft = {
    operatorSet: 20,
    inputs: [{ name: "x", type: FLOAT32, dims: input }],
    outputs: steps.map(({ type }, index) => ({ name: `y${index}`, type })),
    nodes: steps.map(toNode),
    initializers,
  };
  return { name, file: encodeModel(draft), inputs: [floats(input, 7)] };
}

function toNode({ operator, inputs, attributes }: Step, index: number): NodeDraft {
  const names = inputs.split(" ").map((name) => (name === "-" ? "" : name));
  const outputs = operator === "TopK" ? [`y${index}`, `y${index}:positions`] : [`y${index}`];
  return { operator, inputs: names, outputs, attributes };
}

const UNARY =
  "Abs Neg Sign Ceil Floor Round Relu LeakyRelu HardSigmoid HardSwish ThresholdedRelu Shrink " +
  "Softsign Exp Log Sqrt Reciprocal Erf Sigmoid Tanh Softplus Elu Selu Celu Mish Gelu Sin Cos " +
  "Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Identity Softmax LogSoftmax Hardmax";

function unaryOperators(): OperatorGroup {
  return group(
    "unary",
    [3, 17],
    UNARY.split(" ").map((operator) => step(operator, "x")),
  );
}

function binaryOperators(): OperatorGroup {
  const arithmetic = "Add Sub Mul Div Pow Min Max Sum Mean PRelu".split(" ");
  const comparisons = "Equal Greater GreaterOrEqual Less LessOrEqual".split(" ");
  const steps = [
    ...arithmetic.map((operator) => step(operator, "x w")),
    ...comparisons.map((operator) => step(operator, "x w", {}, BOOL)),
    step("Where", "y11 x w"),
  ];
  return group("binary", [5, 7], steps, [weights("w", [7], 3)]);
}

function convolutionOperators(): OperatorGroup {
  const pads = [1n, 1n, 1n, 1n];
  const window = [3n, 3n];
  const steps = [
    step("Conv", "x w b", { pads }),
    step("Conv", "x d", { group: 8n, strides: [2n, 2n] }),
    step("Conv", "x p"),
    step("Relu", "y0"),
    step("ConvTranspose", "x t", { strides: [2n, 2n] }),
    step("MaxPool", "x", { kernel_shape: window, strides: [2n, 2n] }),
    step("AveragePool", "x", { kernel_shape: window, pads, count_include_pad: 1n }),
    step("GlobalAveragePool", "x"),
    step("GlobalMaxPool", "x"),
  ];
  return group("convolution", [1, 8, 13, 11], steps, [
    weights("w", [16, 8, 3, 3], 11),
    weights("b", [16], 13),
    weights("d", [8, 1, 3, 3], 17),
    weights("p", [24, 8, 1, 1], 19),
    weights("t", [8, 4, 3, 3], 23),
  ]);
}

function matrixOperators(): OperatorGroup {
  const steps = [
    step("MatMul", "x w"),
    step("Gemm", "x w b", { alpha: { float: 0.5 }, beta: { float: 2 } }),
    step("Gemm", "x v", { transB: 1n }),
    step("MatMul", "x c"),
  ];
  return group("matrix", [9, 33], steps, [
    weights("w", [33, 21], 29),
    weights("b", [21], 31),
    weights("v", [5, 33], 37),
    weights("c", [33, 1], 41),
  ]);
}

function normalisingOperators(): OperatorGroup {
  const steps = [
    step("BatchNormalization", "x a b m v"),
    step("InstanceNormalization", "x a b"),
    step("LayerNormalization", "x l", { axis: -1n }),
    step("LRN", "x", { size: 3n }),
    step("LpNormalization", "x", { axis: 1n }),
    step("MeanVarianceNormalization", "x"),
  ];
  return group("normalising", [2, 6, 5, 5], steps, [
    weights("a", [6], 43),
    weights("b", [6], 47),
    weights("m", [6], 53),
    { name: "v", type: FLOAT32, dims: [6], data: float32Data([0.5, 1, 1.5, 2, 2.5, 3]) },
    weights("l", [5], 61),
  ]);
}

const REDUCING =
  "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare " +
  "ReduceLogSumExp";

function reducingOperators(): OperatorGroup {
  const steps = [
    ...REDUCING.split(" ").map((operator) => step(operator, "x axes")),
    step("ArgMax", "x", { axis: 1n }, INT64),
    step("ArgMin", "x", { axis: 1n }, INT64),
    step("CumSum", "x axis"),
    step("TopK", "x k"),
  ];
  return group("reducing", [6, 31], steps, [
    integers("axes", [1n]),
    { ...integers("axis", [1n]), dims: [] },
    integers("k", [4n]),
  ]);
}

function movingOperators(): OperatorGroup {
  const steps = [
    step("Reshape", "x shape"),
    step("Transpose", "x", { perm: [2n, 0n, 1n] }),
    step("Flatten", "x"),
    step("Concat", "x x", { axis: 1n }),
    step("Slice", "x one four axes"),
    step("Gather", "x picks", { axis: 1n }),
    step("Expand", "x large"),
    step("Tile", "x large"),
    step("Unsqueeze", "x one"),
    step("Pad", "x pads"),
    step("Resize", "x - scales", { mode: "linear" }),
    step("Trilu", "x"),
    step("Shape", "x", {}, INT64),
    step("Cast", "x", { to: BigInt(INT64) }, INT64),
  ];
  return group("moving", [1, 3, 5], steps, [
    integers("shape", [3n, -1n]),
    integers("one", [1n]),
    integers("four", [4n]),
    integers("axes", [2n]),
    integers("picks", [2n, 0n]),
    integers("large", [2n, 1n, 1n]),
    integers("pads", [0n, 1n, 1n, 0n, 0n, 2n]),
    { name: "scales", type: FLOAT32, dims: [3], data: float32Data([1, 2, 1.5]) },
  ]);
}

function quantisedOperators(): OperatorGroup {
  const factors = Uint8Array.from({ length: 33 * 7 }, (_, index) => (index * 37) % 251);
  const steps = [
    step("QuantizeLinear", "x s z", {}, UINT8),
    step("DequantizeLinear", "y0 s z"),
    step("MatMulInteger", "y0 q z", {}, INT32),
    step("QLinearMatMul", "y0 s z q s z s z", {}, UINT8),
  ];
  return group("quantised", [4, 33], steps, [
    { name: "s", type: FLOAT32, dims: [], data: float32Data([0.03125]) },
    { name: "z", type: UINT8, dims: [], data: Uint8Array.of(128) },
    { name: "q", type: UINT8, dims: [33, 7], data: factors },
  ]);
}

function recurrentOperators(): OperatorGroup {
  const hidden = { hidden_size: 6n };
  const steps = [
    step("LSTM", "x w r b", hidden),
    step("GRU", "x gw gr", hidden),
    step("RNN", "x nw nr", hidden),
  ];
  return group("recurrent", [4, 2, 5], steps, [
    weights("w", [1, 24, 5], 71),
    weights("r", [1, 24, 6], 73),
    weights("b", [1, 48], 79),
    weights("gw", [1, 18, 5], 83),
    weights("gr", [1, 18, 6], 89),
    weights("nw", [1, 6, 5], 97),
    weights("nr", [1, 6, 6], 101),
  ]);
}

/** Models over the operators that kernels use most. */
export function operatorGroups(): OperatorGroup[] {
  return [
    unaryOperators(),
    binaryOperators(),
    convolutionOperators(),
    matrixOperators(),
    normalisingOperators(),
    reducingOperators(),
    movingOperators(),
    quantisedOperators(),
    recurrentOperators(),
  ];
}
