import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { float32Data } from "#sandbox/onnx/encodeModel.js";
import {
  bytes,
  cases,
  constant,
  fed,
  grid,
  index,
  indices,
  ramp,
  scalar,
  type TimedCase,
  typed,
} from "./timedCase.js";

const F32 = DataType.FLOAT32;
const I64 = DataType.INT64;
const BOOL = DataType.BOOL;
const U8 = DataType.UINT8;
const I8 = DataType.INT8;
const I32 = DataType.INT32;
const TABLE = [1024, 1024] as const;
const IMAGE = [1, 32, 128, 128] as const;

const UNARY =
  "Neg Abs Sign Ceil Floor Round Relu LeakyRelu HardSigmoid HardSwish ThresholdedRelu Shrink Softsign Exp Log Sqrt Reciprocal Erf Sigmoid Tanh Softplus Elu Selu Celu Mish Swish Gelu Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Clip Identity BitwiseNot";
const BINARY = "Add Sub Mul Div Mod Pow PRelu BitwiseAnd BitwiseOr BitwiseXor Min Max Sum Mean";
const COMPARING = "Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor";
const REDUCING =
  "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp";

/** Weights of a recurrent network of 64 units on 64 features, with so many gates. */
function recurrent(name: string, gates: number): TimedCase[] {
  const inputs = [fed([64, 4, 64]), fed([1, 64 * gates, 64]), fed([1, 64 * gates, 64])];
  return cases(name, { inputs, attributes: { hidden_size: 64n } });
}

/** Every operator that a made-up input of some size makes slow enough to be timed. */
export const TIMED_CASES: readonly TimedCase[] = [
  ...typed(UNARY, (type) => ({
    inputs: [fed(TABLE, type)],
    outputs: [type],
  })),
  ...typed(BINARY, (type) => ({
    inputs: [fed(TABLE, type), constant(TABLE, type)],
  })).map((one) =>
    one.operator === "Mod" && [1, 11].includes(one.outputs[0] ?? 0)
      ? { ...one, attributes: { fmod: 1n } }
      : one,
  ),
  ...typed("BitShift", (type) => ({
    inputs: [fed(TABLE, type), fed(TABLE, type)],
    attributes: { direction: "LEFT" },
  })),
  ...typed(COMPARING, (type) => ({
    inputs: [fed(TABLE, type), fed(TABLE, type)],
    outputs: [BOOL],
  })),
  ...typed("Not", (type) => ({ inputs: [fed(TABLE, type)], outputs: [BOOL] })),
  ...typed("IsNaN IsInf", (type) => ({ inputs: [fed(TABLE, type)], outputs: [BOOL] })),
  ...cases("Where", { inputs: [fed(TABLE, BOOL), fed(TABLE), fed(TABLE)], outputs: [F32] }),
  ...typed("Softmax LogSoftmax Hardmax LpNormalization", (type) => ({
    inputs: [fed(TABLE, type)],
  })),
  ...cases("Softmax LogSoftmax Hardmax LpNormalization", {
    inputs: [fed([1024, 8])],
    note: "short rows",
  }),
  ...cases("Softmax LogSoftmax LpNormalization", {
    inputs: [fed(TABLE)],
    attributes: { axis: 0n },
    note: "axis 0",
  }),
  ...cases("BatchNormalization", {
    inputs: [fed(IMAGE), ...Array.from({ length: 4 }, () => fed([32]))],
  }),
  ...cases("InstanceNormalization", { inputs: [fed(IMAGE), fed([32]), fed([32])] }),
  ...cases("GroupNormalization", {
    inputs: [fed(IMAGE), fed([32]), fed([32])],
    attributes: { num_groups: 4n },
  }),
  ...cases("LRN", { inputs: [fed(IMAGE)], attributes: { size: 5n } }),
  ...cases("LRN", { inputs: [fed(IMAGE)], attributes: { size: 31n }, note: "size 31" }),
  ...cases("MeanVarianceNormalization", { inputs: [fed(IMAGE)] }),
  ...cases("RMSNormalization LayerNormalization", { inputs: [fed(TABLE), fed([1024])] }),
  ...cases("RMSNormalization LayerNormalization", {
    inputs: [fed([131_072, 8]), fed([8])],
    note: "short rows",
  }),
  ...cases("RMSNormalization LayerNormalization", {
    inputs: [fed([1024, 32, 32]), fed([32, 32])],
    attributes: { axis: -2n },
    note: "last two axes",
  }),
  ...cases("Swish", { inputs: [fed(TABLE)], attributes: { alpha: { float: 0.5 } }, note: "alpha" }),
  ...typed("LayerNormalization", (type) => ({ inputs: [fed(TABLE, type), fed([1024], type)] })),
  ...typed(REDUCING, (type) => ({
    inputs: [fed(TABLE, type), indices(1)],
    attributes: { keepdims: 1n },
  })),
  ...cases(REDUCING, { inputs: [fed(TABLE), indices(0)], note: "axis 0" }),
  ...cases(REDUCING, { inputs: [fed([64, 256, 64]), indices(1)], note: "middle axis" }),
  ...cases(REDUCING, { inputs: [fed([64, 64, 64, 4]), indices(0, 2)], note: "axes 0 and 2" }),
  ...cases(REDUCING, { inputs: [fed([131_072, 8]), indices(1)], note: "short rows" }),
  ...typed("ArgMax ArgMin", (type) => ({ inputs: [fed(TABLE, type)], outputs: [I64] })),
  ...cases("ArgMax ArgMin", {
    inputs: [fed(TABLE)],
    outputs: [I64],
    attributes: { axis: 1n },
    note: "axis 1",
  }),
  ...typed("CumSum CumProd", (type) => ({ inputs: [fed(TABLE, type), index(1)] })),
  ...cases("CumSum CumProd", { inputs: [fed(TABLE), index(0)], note: "axis 0" }),
  ...cases("CumSum CumProd", { inputs: [fed([131_072, 8]), index(1)], note: "short rows" }),
  ...cases("CumSum CumProd", {
    inputs: [fed(TABLE), index(1)],
    attributes: { reverse: 1n, exclusive: 1n },
    note: "reverse and exclusive",
  }),
  ...cases("CumSum CumProd", { inputs: [fed([64, 64, 64, 4]), index(2)], note: "rank 4" }),
  ...typed("TopK", (type) => ({
    inputs: [fed(TABLE, type), indices(64)],
    outputs: [type, I64],
  })),
  ...cases("TopK", { inputs: [fed(TABLE), indices(1024)], outputs: [F32, I64], note: "all" }),
  ...cases("TopK", {
    inputs: [fed(TABLE), indices(1024)],
    outputs: [F32, I64],
    attributes: { axis: 0n },
    note: "axis 0",
  }),
  ...cases("TopK", {
    inputs: [fed([1_048_576]), indices(524_288)],
    outputs: [F32, I64],
    note: "one row",
  }),
  ...typed("Transpose", (type) => ({ inputs: [fed(TABLE, type)], attributes: { perm: [1n, 0n] } })),
  ...cases("Transpose", {
    inputs: [fed([64, 64, 64, 4])],
    attributes: { perm: [3n, 1n, 2n, 0n] },
    note: "rank 4",
  }),
  ...typed("Concat", (type) => ({
    inputs: [fed(TABLE, type), fed(TABLE, type)],
    attributes: { axis: 1n },
  })),
  ...cases("Concat", {
    inputs: [fed([524_288, 2]), fed([524_288, 2])],
    attributes: { axis: 1n },
    note: "short rows",
  }),
  ...cases("Gather", { inputs: [fed(TABLE), indices(...ramp(1024, 1024))], note: "rows" }),
  ...cases("Gather", {
    inputs: [fed(TABLE), indices(...ramp(1024, 1024))],
    attributes: { axis: 1n },
    note: "columns",
  }),
  ...cases("GatherElements", { inputs: [fed(TABLE), grid(1024, 512)], attributes: { axis: 1n } }),
  ...cases("GatherND", { inputs: [fed(TABLE), grid(262_144, 2)] }),
  ...cases("ScatterElements", {
    inputs: [fed(TABLE), grid(1024, 512), fed([1024, 512])],
    attributes: { axis: 1n },
  }),
  ...cases("ScatterND", { inputs: [fed(TABLE), grid(262_144, 2), fed([262_144])] }),
  ...cases("ScatterND", {
    inputs: [fed(TABLE), grid(262_144, 2), fed([262_144])],
    attributes: { reduction: "add" },
    note: "add",
  }),
  ...typed("Trilu", (type) => ({ inputs: [fed(TABLE, type)] })),
  ...typed("DepthToSpace SpaceToDepth", (type) => ({
    inputs: [fed(IMAGE, type)],
    attributes: { blocksize: 2n },
  })),
  ...cases("ReverseSequence", {
    inputs: [fed([1024, 64, 16]), indices(...new Array<number>(64).fill(1024))],
  }),
  ...cases("Reshape", { inputs: [fed(TABLE), indices(2048, 512)] }),
  ...cases("Flatten", { inputs: [fed(IMAGE)] }),
  ...cases("Expand", { inputs: [fed([1024, 1]), indices(1024, 1024)] }),
  ...cases("Expand", { inputs: [fed([1, 1024]), indices(1024, 1024)], note: "rows" }),
  ...cases("Tile", { inputs: [fed([1024, 8]), indices(1, 128)] }),
  ...cases("Tile", { inputs: [fed([1024, 1]), indices(1, 1024)], note: "single elements" }),
  ...cases("Squeeze", { inputs: [fed([1, 1024, 1024]), indices(0)] }),
  ...cases("Unsqueeze", { inputs: [fed(TABLE), indices(0)] }),
  ...cases("CenterCropPad", { inputs: [fed(TABLE), indices(1000, 1100)] }),
  ...cases("Split", {
    inputs: [fed(TABLE), indices(512, 512)],
    outputs: [F32, F32],
    attributes: { axis: 1n },
  }),
  ...typed("Slice", (type) => ({ inputs: [fed(TABLE, type), indices(0, 1), indices(1024, 1024)] })),
  ...cases("Slice", {
    inputs: [fed([1024, 2048]), indices(2047), indices(-3000), indices(1), indices(-2)],
    note: "backwards by 2",
  }),
  ...typed("Pad", (type) => ({ inputs: [fed(TABLE, type), indices(8, 8, 8, 8)] })),
  ...cases("Pad", {
    inputs: [fed(TABLE), indices(8, 8, 8, 8)],
    attributes: { mode: "reflect" },
    note: "reflect",
  }),
  ...cases("Pad", { inputs: [fed([131_072, 8]), indices(0, 2, 0, 2)], note: "short rows" }),
  ...typed("Resize", (type) => ({
    inputs: [
      fed(IMAGE, type),
      "absent",
      { constant: { type: F32, dims: [4], data: float32Data([1, 1, 2, 2]) } },
    ],
    note: `nearest, type ${type}`,
  })),
  ...["linear", "cubic"].flatMap((mode) =>
    cases("Resize", {
      inputs: [
        fed(IMAGE),
        "absent",
        { constant: { type: F32, dims: [4], data: float32Data([1, 1, 2, 2]) } },
      ],
      attributes: { mode },
      note: mode,
    }),
  ),
  ...cases("Resize", {
    inputs: [
      fed(IMAGE),
      "absent",
      { constant: { type: F32, dims: [4], data: float32Data([1, 1, 0.25, 0.25]) } },
    ],
    attributes: { mode: "linear", antialias: 1n },
    note: "antialias down",
  }),
  ...cases("OneHot", {
    inputs: [
      fed([1024], I64),
      index(1024),
      { constant: { type: F32, dims: [2], data: float32Data([0, 1]) } },
    ],
    outputs: [F32],
  }),
  ...cases("Dropout", { inputs: [fed(TABLE)] }),
  ...typed("Cast", (type) => ({
    inputs: [fed(TABLE, type)],
    outputs: [F32],
    attributes: { to: 1n },
  })),
  ...[2, 3, 6, 7, 9, 11].flatMap((to) =>
    cases("Cast", {
      inputs: [fed(TABLE)],
      outputs: [to],
      attributes: { to: BigInt(to) },
      note: `float32 to ${to}`,
    }),
  ),
  ...cases("CastLike", { inputs: [fed(TABLE), fed([1], I64)], outputs: [I64] }),
  ...cases("QuantizeLinear", { inputs: [fed(TABLE), scalar(0.1), bytes(U8, 3)], outputs: [U8] }),
  ...typed("DequantizeLinear", (type) => ({
    inputs: [fed(TABLE, type), scalar(0.1)],
    outputs: [F32],
  })),
  ...cases("DynamicQuantizeLinear", { inputs: [fed(TABLE)], outputs: [U8, F32, U8] }),
  ...cases("Conv", {
    inputs: [fed([1, 32, 64, 64]), fed([32, 32, 3, 3])],
    attributes: { pads: [1n, 1n, 1n, 1n] },
  }),
  ...cases("Conv", {
    inputs: [fed(IMAGE), fed([32, 1, 3, 3])],
    attributes: { group: 32n },
    note: "depthwise",
  }),
  ...cases("Conv", { inputs: [fed(IMAGE), fed([32, 32, 1, 1])], note: "1 × 1" }),
  ...cases("Conv", { inputs: [fed([1, 1, 256, 256]), fed([4, 1, 3, 3])], note: "one channel" }),
  ...cases("Conv", { inputs: [fed([1, 64, 4096]), fed([64, 64, 3])], note: "one dimension" }),
  ...cases("Conv", {
    inputs: [fed([1, 8, 16, 32, 32]), fed([8, 8, 3, 3, 3])],
    note: "three dimensions",
  }),
  ...cases("ConvTranspose", { inputs: [fed([1, 32, 32, 32]), fed([32, 32, 3, 3])] }),
  ...cases("ConvTranspose", {
    inputs: [fed([1, 32, 64, 64]), fed([32, 1, 3, 3])],
    attributes: { group: 32n },
    note: "depthwise",
  }),
  ...cases("DeformConv", {
    inputs: [fed([1, 8, 32, 32]), fed([8, 8, 3, 3]), fed([1, 18, 30, 30])],
  }),
  ...typed("ConvInteger", (type) => ({
    inputs: [fed([1, 32, 32, 32], type), fed([32, 32, 3, 3], type)],
    outputs: [I32],
  })),
  ...cases("QLinearConv", {
    inputs: [
      fed([1, 32, 64, 64], U8),
      scalar(0.1),
      bytes(U8, 3),
      fed([32, 32, 3, 3], U8),
      scalar(0.1),
      bytes(U8, 3),
      scalar(0.5),
      bytes(U8, 3),
    ],
  }),
  ...cases("QLinearConv", {
    inputs: [
      fed([1, 32, 64, 64], U8),
      scalar(0.1),
      bytes(U8, 3),
      fed([32, 1, 3, 3], U8),
      scalar(0.1),
      bytes(U8, 3),
      scalar(0.5),
      bytes(U8, 3),
    ],
    attributes: { group: 32n },
    note: "depthwise",
  }),
  ...cases("AveragePool LpPool MaxPool", {
    inputs: [fed(IMAGE)],
    attributes: { kernel_shape: [3n, 3n] },
  }),
  ...cases("AveragePool LpPool MaxPool", {
    inputs: [fed(IMAGE)],
    attributes: { kernel_shape: [2n, 2n], strides: [2n, 2n] },
    note: "2 × 2 by 2",
  }),
  ...cases("AveragePool LpPool MaxPool", {
    inputs: [fed([1, 4, 128, 128])],
    attributes: { kernel_shape: [15n, 15n] },
    note: "15 × 15",
  }),
  ...cases("AveragePool LpPool MaxPool", {
    inputs: [fed(IMAGE)],
    attributes: { kernel_shape: [1n, 1n] },
    note: "1 × 1",
  }),
  ...typed("MaxPool", (type) => ({
    inputs: [fed(IMAGE, type)],
    attributes: { kernel_shape: [3n, 3n] },
  })),
  ...cases("MaxPool", {
    inputs: [fed([1, 16, 128, 128])],
    outputs: [F32, I64],
    attributes: { kernel_shape: [3n, 3n] },
    note: "with indices",
  }),
  ...cases("MaxPool", {
    inputs: [fed([1, 16, 128, 128])],
    attributes: { kernel_shape: [3n, 3n], dilations: [2n, 2n] },
    note: "dilated",
  }),
  ...cases("GlobalAveragePool GlobalMaxPool GlobalLpPool", { inputs: [fed(IMAGE)] }),
  ...cases("GridSample", { inputs: [fed([1, 16, 64, 64]), fed([1, 64, 64, 2])] }),
  ...cases("GridSample", {
    inputs: [fed([1, 4, 64, 64]), fed([1, 64, 64, 2])],
    attributes: { mode: "cubic" },
    note: "cubic",
  }),
  ...cases("AffineGrid", { inputs: [fed([1, 2, 3]), indices(1, 4, 256, 256)] }),
  ...cases("Col2Im", { inputs: [fed([1, 144, 4096]), indices(66, 66), indices(3, 3)] }),
  ...typed("MatMul", (type) => ({ inputs: [fed([256, 256], type), fed([256, 256], type)] })),
  ...cases("MatMul", { inputs: [fed([1, 2048]), fed([2048, 2048])], note: "vector" }),
  ...cases("MatMul", { inputs: [fed([64, 64, 64]), fed([64, 64, 64])], note: "batch" }),
  ...cases("MatMul", { inputs: [fed([4096, 4]), fed([4, 4096])], note: "inner extent 4" }),
  ...cases("MatMul", {
    inputs: [fed([16_384, 8, 8]), fed([16_384, 8, 8])],
    note: "batch of 8 × 8",
  }),
  ...cases("MatMul", { inputs: [fed([1024, 1]), fed([1, 1024])], note: "inner extent 1" }),
  ...cases("MatMulInteger", { inputs: [fed([256, 256], U8), fed([256, 256], U8)], outputs: [I32] }),
  ...cases("MatMulInteger", {
    inputs: [fed([256, 256], U8), fed([256, 256], I8)],
    outputs: [I32],
    note: "signed weights",
  }),
  ...cases("QLinearMatMul", {
    inputs: [
      fed([256, 256], U8),
      scalar(0.1),
      bytes(U8, 3),
      fed([256, 256], U8),
      scalar(0.1),
      bytes(U8, 3),
      scalar(0.5),
      bytes(U8, 3),
    ],
  }),
  ...typed("Gemm", (type) => ({
    inputs: [fed([256, 256], type), fed([256, 256], type), fed([256], type)],
  })),
  ...cases("Gemm", {
    inputs: [fed([1024, 2]), fed([2, 1024]), fed([1024])],
    note: "inner extent 2",
  }),
  ...cases("Einsum", {
    inputs: [fed([128, 128]), fed([128, 128])],
    attributes: { equation: "ij,jk->ik" },
  }),
  ...cases("Einsum", {
    inputs: [fed([1024, 1024])],
    attributes: { equation: "ij->ji" },
    note: "transpose",
  }),
  ...cases("Det", { inputs: [fed([16, 64, 64])] }),
  ...recurrent("LSTM", 4),
  ...recurrent("GRU", 3),
  ...recurrent("RNN", 1),
  ...cases("Attention", {
    inputs: [fed([1, 4, 128, 64]), fed([1, 4, 128, 64]), fed([1, 4, 128, 64])],
  }),
  ...cases("Attention", {
    inputs: [fed([1, 4, 256, 4]), fed([1, 4, 256, 4]), fed([1, 4, 256, 4])],
    note: "narrow heads",
  }),
  ...cases("RotaryEmbedding", {
    inputs: [fed([1, 8, 128, 64]), fed([1, 128, 32]), fed([1, 128, 32])],
  }),
  ...cases("TensorScatter", { inputs: [fed([4, 256, 1024]), fed([4, 1, 1024])] }),
  ...cases("DFT", { inputs: [fed([16, 4096, 1])] }),
  ...cases("DFT", { inputs: [fed([4, 4095, 1])], note: "odd length" }),
  ...cases("STFT", {
    inputs: [
      fed([1, 16_384, 1]),
      index(128),
      { constant: { type: F32, dims: [512], data: float32Data(new Array<number>(512).fill(1)) } },
    ],
  }),
  ...cases("NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss", {
    inputs: [fed([4096, 256]), fed([4096], I64)],
  }),
  ...cases("RoiAlign", {
    inputs: [fed([1, 16, 64, 64]), fed([64, 4]), indices(...new Array<number>(64).fill(0))],
    attributes: { output_height: 7n, output_width: 7n, sampling_ratio: 2n },
  }),
  ...cases("MaxUnpool", {
    inputs: [fed([1, 32, 64, 64]), fed([1, 32, 64, 64], I64)],
    attributes: { kernel_shape: [2n, 2n], strides: [2n, 2n] },
  }),
  ...cases("Range", { inputs: [index(0), index(1_048_576), index(1)], outputs: [I64] }),
  ...cases("EyeLike", { inputs: [fed(TABLE)] }),
  ...cases("ConstantOfShape", { inputs: [indices(1024, 1024)] }),
  ...cases("BlackmanWindow HammingWindow HannWindow", { inputs: [index(1_048_576)] }),
];
