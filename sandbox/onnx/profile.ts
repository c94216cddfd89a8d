import {
  type CostFormula,
  convolution,
  free,
  generalMatrixProduct,
  matrixProduct,
  normalising,
  perAllInputs,
  perInput,
  perOutput,
  pooling,
  recurrent,
  sorting,
  transcendental,
  transposedConvolution,
} from "./operatorCost.js";

/** Where a result's element type comes from. */
export type ResultType =
  /** The input at this position; `otherwise` when it is absent. */
  | { readonly input: number; readonly otherwise?: number }
  /** Always the same: a number of TensorProto.DataType. */
  | { readonly fixed: number }
  /** An attribute: the number itself, or the type of a tensor; `otherwise` when it is absent. */
  | { readonly attribute: string; readonly otherwise: number };

/** An operator that models may use. */
export interface OperatorProfile {
  readonly results: readonly ResultType[];
  readonly cost: CostFormula;
  /** Inputs whose values decide shapes: they must follow from shapes and constants alone. */
  readonly shapeInputs: readonly number[];
  /** Inputs that the node may have; a further one would switch randomness on. */
  readonly maxInputs: number;
}

/** Versions of the default operator set that the profile covers. */
export const OPERATOR_SET_RANGE = { minimum: 11n, maximum: 22n } as const;
/** Versions of the file format that the profile covers. */
export const IR_RANGE = { minimum: 4n, maximum: 10n } as const;
/** Nodes of one model. */
export const MAX_NODES = 10_000;
/** Bytes of tensors that may live at once: far below what the runtime's memory holds. */
export const MAX_PEAK_TENSOR_BYTES = 1n << 29n;
/** Gas of starting one node. */
export const NODE_GAS = 2_000n;
/** Gas of one run of a model beyond its nodes. */
export const RUN_GAS = 100_000n;

const FLOAT32 = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;

const SAME: ResultType = { input: 0 };

interface Rules {
  readonly results?: readonly ResultType[];
  readonly shapeInputs?: readonly number[];
  readonly maxInputs?: number;
}

/** More inputs than any operator but sums and concatenations has. */
const ANY_INPUTS = 256;

function rows(
  names: string,
  cost: CostFormula,
  rules: Rules = {},
): Array<[string, OperatorProfile]> {
  const { results = [SAME], shapeInputs = [], maxInputs = ANY_INPUTS } = rules;
  return names.split(" ").map((name) => [name, { results, cost, shapeInputs, maxInputs }]);
}

/**
 * The allow-list. Left out on purpose: random operators, control flow, sequences, optionals,
 * strings, operators whose output shape depends on data (NonZero, Compress, Unique,
 * NonMaxSuppression) and every other domain.
 */
const OPERATORS: ReadonlyMap<string, OperatorProfile> = new Map([
  ...rows("Conv", convolution(1)),
  ...rows("ConvTranspose", transposedConvolution),
  ...rows("ConvInteger", convolution(1), { results: [{ fixed: INT32 }] }),
  ...rows("QLinearConv", convolution(3), { results: [{ input: 7 }] }),
  ...rows("MatMul", matrixProduct),
  ...rows("MatMulInteger", matrixProduct, { results: [{ fixed: INT32 }] }),
  ...rows("QLinearMatMul", matrixProduct, { results: [{ input: 7 }] }),
  ...rows("Gemm", generalMatrixProduct),
  ...rows("AveragePool LpPool", pooling),
  ...rows("MaxPool", pooling, { results: [SAME, { fixed: INT64 }] }),
  ...rows("GlobalAveragePool GlobalMaxPool GlobalLpPool", perInput),
  ...rows("LSTM GRU RNN", recurrent, { results: [SAME, SAME, SAME] }),

  ...rows("Add Sub Mul Div Mod Neg Abs Sign Ceil Floor Round Clip Relu LeakyRelu PRelu", perOutput),
  ...rows("HardSigmoid HardSwish ThresholdedRelu Shrink Softsign", perOutput),
  ...rows("Min Max Sum Mean", perAllInputs),
  ...rows(
    "Exp Log Sqrt Reciprocal Pow Erf Sigmoid Tanh Softplus Elu Selu Celu Mish",
    transcendental,
  ),
  ...rows("Gelu Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh", transcendental),
  ...rows("Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not IsNaN IsInf", perOutput, {
    results: [{ fixed: BOOL }],
  }),
  ...rows("Where", perOutput, { results: [{ input: 1 }] }),

  ...rows("Softmax LogSoftmax Hardmax LpNormalization", normalising),
  ...rows("BatchNormalization InstanceNormalization GroupNormalization LRN", normalising),
  ...rows("MeanVarianceNormalization", normalising),
  ...rows("LayerNormalization", normalising, {
    results: [SAME, { fixed: FLOAT32 }, { fixed: FLOAT32 }],
  }),

  ...rows("ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2", perInput, {
    shapeInputs: [1],
  }),
  ...rows("ReduceSumSquare ReduceLogSum ReduceLogSumExp", normalising, {
    shapeInputs: [1],
  }),
  ...rows("ArgMax ArgMin", perInput, { results: [{ fixed: INT64 }] }),
  ...rows("CumSum", perInput),
  ...rows("TopK", sorting, { results: [SAME, { fixed: INT64 }], shapeInputs: [1] }),

  ...rows("Identity Flatten Transpose Concat Gather GatherElements GatherND", perOutput),
  ...rows("ScatterElements ScatterND Trilu DepthToSpace SpaceToDepth", perOutput),
  ...rows("Reshape Expand Tile Squeeze Unsqueeze", perOutput, { shapeInputs: [1] }),
  ...rows("Split", perOutput, { shapeInputs: [1] }),
  ...rows("Slice", perOutput, { shapeInputs: [1, 2, 3, 4] }),
  ...rows("Pad", perOutput, { shapeInputs: [1, 3] }),
  ...rows("Resize", transcendental, { shapeInputs: [2, 3] }),
  ...rows("OneHot", perOutput, { results: [{ input: 2 }], shapeInputs: [1] }),
  ...rows("Range", perOutput, { shapeInputs: [0, 1, 2] }),
  ...rows("Dropout", perOutput, { results: [SAME, { fixed: BOOL }], maxInputs: 2 }),

  ...rows("Cast", perOutput, { results: [{ attribute: "to", otherwise: 0 }] }),
  ...rows("QuantizeLinear", perOutput, { results: [{ input: 2, otherwise: UINT8 }] }),
  ...rows("DequantizeLinear", perOutput, { results: [{ input: 1 }] }),
  ...rows("DynamicQuantizeLinear", perOutput, {
    results: [{ fixed: UINT8 }, { fixed: FLOAT32 }, { fixed: UINT8 }],
  }),
  ...rows("Shape Size", free, { results: [{ fixed: INT64 }] }),
  ...rows("Constant", free, { results: [{ attribute: "value", otherwise: 0 }] }),
  ...rows("ConstantOfShape", perOutput, {
    results: [{ attribute: "value", otherwise: FLOAT32 }],
    shapeInputs: [0],
  }),
]);

/** What the profile says of an operator; undefined when models may not use it. */
export function findOperator(name: string): OperatorProfile | undefined {
  return OPERATORS.get(name);
}
