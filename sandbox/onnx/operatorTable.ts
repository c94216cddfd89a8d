import {
  type CostFormula,
  convolution,
  deformableConvolution,
  free,
  gathering,
  generalMatrixProduct,
  indexing,
  manyPowers,
  matrixProduct,
  normalising,
  perAllInputs,
  perElement,
  perInput,
  perOutput,
  pooling,
  powerPerInput,
  powerPooling,
  powers,
  quantisedConvolution,
  recurrent,
  regionSampling,
  repeating,
  resizing,
  sampling,
  serialPerInput,
  serialPerOutput,
  sorting,
  transcendental,
  transposedConvolution,
} from "./operatorCost.js";
import {
  attention,
  determinant,
  einsum,
  fourier,
  phrases,
  supportVectors,
  trees,
} from "./wideCost.js";

/** The default domain of ONNX, as files write it. */
export const DEFAULT_DOMAIN = "";
/** ONNX's domain of classical machine learning. */
export const ML_DOMAIN = "ai.onnx.ml";

/** The type of the input at this position; `otherwise` when it is absent. */
export interface InputType {
  readonly input: number;
  readonly otherwise?: number;
}

/** Where a result's element type comes from. */
export type ResultType =
  | InputType
  /** Always the same: a number of TensorProto.DataType. */
  | { readonly fixed: number }
  /** The first of these attributes that the node has. */
  | {
      readonly attributes: ReadonlyArray<readonly [name: string, type: AttributeType]>;
      readonly otherwise: number | InputType;
    };

/**
 * A type that goes with an attribute, or what it says itself: its number unless 0, or its tensor.
 */
export type AttributeType = number | "says";

/** A condition on a node beyond its operator's name. */
export interface NodeRule {
  /** In words, for `docs/spec/operators.md`: what models may not do. */
  readonly text: string;
  readonly advice: string;
  readonly breaks: (node: RuledNode) => boolean;
}

/** What a rule looks at. */
export interface RuledNode {
  readonly inputs: number;
  readonly text: (attribute: string) => string;
  readonly integer: (attribute: string) => bigint | undefined;
}

/** An operator that models may use. */
export interface OperatorRow {
  readonly name: string;
  readonly domain: string;
  readonly results: readonly ResultType[];
  readonly cost: CostFormula;
  /** Inputs whose values decide shapes: they must follow from shapes and constants alone. */
  readonly shapeInputs: readonly number[];
  readonly rule: NodeRule | undefined;
}

const FLOAT32 = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const STRING = 8;
const BOOL = 9;

const SAME: ResultType = { input: 0 };

type Rules = Partial<Pick<OperatorRow, "results" | "shapeInputs" | "rule" | "domain">>;

function rows(names: string, cost: CostFormula, rules: Rules = {}): OperatorRow[] {
  const { results = [SAME], shapeInputs = [], rule, domain = DEFAULT_DOMAIN } = rules;
  return names.split(" ").map((name) => ({ name, domain, results, cost, shapeInputs, rule }));
}

function mlRows(
  names: string,
  cost: CostFormula,
  results: readonly ResultType[] = [{ fixed: FLOAT32 }],
): OperatorRow[] {
  return rows(names, cost, { results, domain: ML_DOMAIN });
}

function says(attribute: string, otherwise: number | InputType): ResultType {
  return { attributes: [[attribute, "says"]], otherwise };
}

const NO_TRAINING: NodeRule = {
  text: "not with the input training_mode, which would switch randomness on",
  advice: "export the model in evaluation mode",
  breaks: ({ inputs }) => inputs > 2,
};

const NO_WRAPPING: NodeRule = {
  text: "not with mode wrap, for which the runtime reads memory that it did not write",
  advice: "use mode reflect, or Concat of slices",
  breaks: ({ text }) => text("mode") === "wrap",
};

const NO_OUTPUT_SHAPE: NodeRule = {
  text: "not with the input output_shape, for which the runtime departs from ONNX",
  advice: "give kernel_shape, strides and pads alone",
  breaks: ({ inputs }) => inputs > 2,
};

const FIXED_SAMPLING: NodeRule = {
  text: "not without sampling_ratio of 1 to 64: the work of adaptive sampling depends on data",
  advice: "set sampling_ratio, for example to 2",
  breaks: ({ integer }) => {
    const ratio = integer("sampling_ratio") ?? 0n;
    return ratio < 1n || ratio > 64n;
  },
};

const CONVOLUTIONS: readonly OperatorRow[] = [
  ...rows("Conv", convolution(1)),
  ...rows("ConvTranspose", transposedConvolution),
  ...rows("DeformConv", deformableConvolution),
  ...rows("ConvInteger", convolution(1), { results: [{ fixed: INT32 }] }),
  ...rows("QLinearConv", quantisedConvolution, { results: [{ input: 7 }] }),
  ...rows("AveragePool", pooling),
  ...rows("LpPool", powerPooling),
  ...rows("MaxPool", pooling, { results: [SAME, { fixed: INT64 }] }),
  ...rows("MaxUnpool", perElement, { rule: NO_OUTPUT_SHAPE }),
  ...rows("GlobalAveragePool GlobalMaxPool", perInput),
  ...rows("GlobalLpPool", powerPerInput),
  ...rows("RoiAlign", regionSampling, { rule: FIXED_SAMPLING }),
  ...rows("GridSample", sampling),
  ...rows("AffineGrid", sampling, { shapeInputs: [1] }),
  ...rows("Col2Im", perElement, { shapeInputs: [1, 2] }),
];

const PRODUCTS: readonly OperatorRow[] = [
  ...rows("MatMul", matrixProduct),
  ...rows("MatMulInteger", matrixProduct, { results: [{ fixed: INT32 }] }),
  ...rows("QLinearMatMul", matrixProduct, { results: [{ input: 7 }] }),
  ...rows("Gemm", generalMatrixProduct),
  ...rows("Einsum", einsum),
  ...rows("Det", determinant),
  ...rows("LSTM GRU RNN", recurrent, { results: [SAME, SAME, SAME] }),
  ...rows("Attention", attention, { results: [SAME, { input: 1 }, { input: 2 }, SAME] }),
  ...rows("RotaryEmbedding", transcendental),
  ...rows("TensorScatter", perOutput),
  ...rows("DFT", fourier, { shapeInputs: [1, 2] }),
  ...rows("STFT", fourier, { shapeInputs: [1, 3] }),
];

const ELEMENTWISE: readonly OperatorRow[] = [
  ...rows("Add Sub Mul Div Mod Neg Abs Sign Ceil Floor Round Clip Relu LeakyRelu", perOutput),
  ...rows("PRelu", serialPerOutput),
  ...rows("HardSigmoid HardSwish ThresholdedRelu Shrink Softsign", perOutput),
  ...rows("BitShift BitwiseAnd BitwiseOr BitwiseXor BitwiseNot", perOutput),
  ...rows("Min Max Sum Mean", perAllInputs),
  ...rows("Exp Log Sqrt Reciprocal Erf Sigmoid Tanh Elu Selu Celu Swish", transcendental),
  ...rows("Pow Softplus", powers),
  ...rows("Mish", manyPowers),
  ...rows("Gelu Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh", transcendental),
  ...rows("Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Not IsNaN IsInf", perOutput, {
    results: [{ fixed: BOOL }],
  }),
  ...rows("Where", perOutput, { results: [{ input: 1 }] }),
];

const NORMALISATIONS: readonly OperatorRow[] = [
  ...rows("Softmax LogSoftmax Hardmax LpNormalization", normalising),
  ...rows("BatchNormalization InstanceNormalization GroupNormalization LRN", normalising),
  ...rows("MeanVarianceNormalization", normalising),
  ...rows("RMSNormalization", normalising, { results: [{ input: 1 }] }),
  ...rows("LayerNormalization", normalising, {
    results: [SAME, { fixed: FLOAT32 }, { fixed: FLOAT32 }],
  }),
  ...rows("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss", normalising),
];

const REDUCTIONS: readonly OperatorRow[] = [
  ...rows("ReduceMean ReduceSum ReduceMax ReduceMin", perInput, { shapeInputs: [1] }),
  ...rows("ReduceProd ReduceL1 ReduceL2", serialPerInput, { shapeInputs: [1] }),
  ...rows("ReduceSumSquare ReduceLogSum ReduceLogSumExp", normalising, {
    shapeInputs: [1],
  }),
  ...rows("ArgMax ArgMin", serialPerInput, { results: [{ fixed: INT64 }] }),
  ...rows("CumSum CumProd", serialPerInput),
  ...rows("TopK", sorting, { results: [SAME, { fixed: INT64 }], shapeInputs: [1] }),
];

const MOVES: readonly OperatorRow[] = [
  ...rows("Identity Flatten Transpose Concat GatherElements", perOutput),
  ...rows("Gather", gathering),
  ...rows("GatherND ScatterND", indexing),
  ...rows("ScatterElements Trilu DepthToSpace SpaceToDepth ReverseSequence", perOutput),
  ...rows("Reshape Expand Squeeze Unsqueeze CenterCropPad", perOutput, { shapeInputs: [1] }),
  ...rows("Tile", repeating, { shapeInputs: [1] }),
  ...rows("Split", perOutput, { shapeInputs: [1] }),
  ...rows("Slice", perOutput, { shapeInputs: [1, 2, 3, 4] }),
  ...rows("Pad", perOutput, { shapeInputs: [1, 3], rule: NO_WRAPPING }),
  ...rows("Resize", resizing, { shapeInputs: [2, 3] }),
  ...rows("OneHot", perOutput, { results: [{ input: 2 }], shapeInputs: [1] }),
  ...rows("TfIdfVectorizer", phrases, { results: [{ fixed: FLOAT32 }] }),
  ...rows("Dropout", perOutput, { results: [SAME, { fixed: BOOL }], rule: NO_TRAINING }),
];

const SOURCES: readonly OperatorRow[] = [
  ...rows("Range", perOutput, { shapeInputs: [0, 1, 2] }),
  ...rows("EyeLike", perOutput, { results: [says("dtype", { input: 0 })] }),
  ...rows("BlackmanWindow HammingWindow HannWindow", transcendental, {
    results: [says("output_datatype", FLOAT32)],
    shapeInputs: [0],
  }),
  ...rows("MelWeightMatrix", transcendental, {
    results: [says("output_datatype", FLOAT32)],
    // The hertz too: with zeros, on which shapes are probed, the runtime refuses.
    shapeInputs: [0, 1, 2, 3, 4],
  }),
  ...rows("Shape Size", free, { results: [{ fixed: INT64 }] }),
  ...rows("Constant", free, {
    results: [
      {
        attributes: [
          ["value", "says"],
          ["value_int", INT64],
          ["value_ints", INT64],
          ["value_float", FLOAT32],
          ["value_floats", FLOAT32],
          ["value_string", STRING],
          ["value_strings", STRING],
        ],
        otherwise: 0,
      },
    ],
  }),
  ...rows("ConstantOfShape", perOutput, { results: [says("value", FLOAT32)], shapeInputs: [0] }),
];

const CONVERSIONS: readonly OperatorRow[] = [
  ...rows("Cast BitCast", perOutput, { results: [says("to", 0)] }),
  ...rows("CastLike", perOutput, { results: [{ input: 1 }] }),
  ...rows("QuantizeLinear", perOutput, {
    results: [says("output_dtype", { input: 2, otherwise: UINT8 })],
  }),
  ...rows("DequantizeLinear", perOutput, { results: [says("output_dtype", { input: 1 })] }),
  ...rows("DynamicQuantizeLinear", perOutput, {
    results: [{ fixed: UINT8 }, { fixed: FLOAT32 }, { fixed: UINT8 }],
  }),
];

const LABELS: ResultType = { attributes: [["classlabels_strings", STRING]], otherwise: INT64 };

const CLASSICAL: readonly OperatorRow[] = [
  ...mlRows("TreeEnsembleClassifier", trees, [LABELS, { fixed: FLOAT32 }]),
  ...mlRows("TreeEnsembleRegressor", trees),
  ...mlRows("LinearClassifier", matrixProduct, [LABELS, { fixed: FLOAT32 }]),
  ...mlRows("LinearRegressor", matrixProduct),
  ...mlRows("SVMClassifier", supportVectors, [LABELS, { fixed: FLOAT32 }]),
  ...mlRows("SVMRegressor", supportVectors),
  ...mlRows("Normalizer", normalising),
  ...mlRows("Scaler FeatureVectorizer OneHotEncoder", perOutput),
  ...mlRows("Binarizer Imputer ArrayFeatureExtractor", perOutput, [SAME]),
  ...mlRows("LabelEncoder", transcendental, [
    {
      attributes: [
        ["values_tensor", "says"],
        ["values_strings", STRING],
        ["values_int64s", INT64],
        ["values_floats", FLOAT32],
      ],
      otherwise: 0,
    },
  ]),
];

/** The operators that models may use, by what they are for. */
export const OPERATOR_TABLE: ReadonlyArray<readonly [title: string, readonly OperatorRow[]]> = [
  ["Convolution and images", CONVOLUTIONS],
  ["Products, recurrence and attention", PRODUCTS],
  ["Element by element", ELEMENTWISE],
  ["Normalisation and losses", NORMALISATIONS],
  ["Reduction", REDUCTIONS],
  ["Moving and selecting", MOVES],
  ["Constants and shapes", SOURCES],
  ["Conversion and quantisation", CONVERSIONS],
  ["Classical machine learning", CLASSICAL],
];
