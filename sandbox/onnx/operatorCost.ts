import { assertDefined } from "#core/primitives/assert.js";
import { type OnnxNode, integerAttribute, integersAttribute, textAttribute } from "./model.js";

/** Extents of a tensor. */
export type Shape = readonly bigint[];

/** A node with the shapes that its tensors really have; an absent optional tensor is undefined. */
export interface ShapedNode {
  readonly node: OnnxNode;
  readonly inputs: ReadonlyArray<Shape | undefined>;
  readonly outputs: ReadonlyArray<Shape | undefined>;
}

/** What a node costs beyond the fixed part. */
export interface CostFormula {
  /** The formula in words, for `docs/spec/operators.md`. */
  readonly text: string;
  readonly gas: (shaped: ShapedNode) => bigint;
}

/** Gas of one multiply-accumulate. */
const MAC_GAS = 1n;
/** Gas of comparing or adding one element of a pooling window. */
const WINDOW_GAS = 4n;
/** Gas of one window, whatever its size: its place and its bounds. */
const POOL_GAS = 24n;
/** Gas of one element of a window whose power is taken, and of one such window, whose root is. */
const POWER_WINDOW_GAS = 192n;
const POWER_POOL_GAS = 384n;
/** Gas of reading, comparing or moving one element. */
const ELEMENT_GAS = 8n;
/** Gas of one exponential, logarithm, root or the like. */
const TRANSCENDENTAL_GAS = 32n;
/** Gas of an element that is read several times and scaled. */
const NORMALISING_GAS = TRANSCENDENTAL_GAS + 2n * ELEMENT_GAS;
/**
 * Gas of an element that is taken into a running sum, or into what follows no vector instruction.
 */
const SERIAL_GAS = 3n * ELEMENT_GAS;
/** Gas of a power, or of a logarithm of a sum of exponentials. */
const POWER_GAS = 4n * TRANSCENDENTAL_GAS;
/** Gas of placing one element among the k largest, whatever k. */
const SORT_GAS = 256n;
/** Gas of sampling one element between its neighbours. */
const SAMPLE_GAS = 128n;
/** Neighbours of a cubic sample, for those of a linear one. */
const CUBIC_NEIGHBOURS = 16n;
/** Gas of finding one row by its index, and of copying it beyond its elements. */
const ROW_GAS = 64n;
/** Gas of one element that is quantised anew. */
const REQUANTISING_GAS = 16n;

/** Nothing beyond what every node costs: shapes and constants. */
export const free: CostFormula = { text: "nothing", gas: () => 0n };

/** Each element of the outputs is moved or computed by a simple operation. */
export const perOutput: CostFormula = {
  text: `${ELEMENT_GAS} × output elements`,
  gas: ({ outputs }) => ELEMENT_GAS * totalElements(outputs),
};

/** Each element of the outputs takes a transcendental function. */
export const transcendental: CostFormula = {
  text: `${TRANSCENDENTAL_GAS} × output elements`,
  gas: ({ outputs }) => TRANSCENDENTAL_GAS * totalElements(outputs),
};

/** Each element of the outputs takes a power. */
export const powers: CostFormula = {
  text: `${POWER_GAS} × output elements`,
  gas: ({ outputs }) => POWER_GAS * totalElements(outputs),
};

/** Each element of the outputs takes a power and two functions of it. */
export const manyPowers: CostFormula = {
  text: `${2n * POWER_GAS} × output elements`,
  gas: ({ outputs }) => 2n * POWER_GAS * totalElements(outputs),
};

/** Each element of the outputs is computed by itself, without vector instructions. */
export const serialPerOutput: CostFormula = {
  text: `${SERIAL_GAS} × output elements`,
  gas: ({ outputs }) => SERIAL_GAS * totalElements(outputs),
};

/** Each element of the outputs is copied by itself, with what follows it in its row. */
export const repeating: CostFormula = {
  text: `${2n * ELEMENT_GAS} × output elements`,
  gas: ({ outputs }) => 2n * ELEMENT_GAS * totalElements(outputs),
};

/** Each element of the first input is read once, by itself: running sums, sums across rows. */
export const serialPerInput: CostFormula = {
  text: `${SERIAL_GAS} × elements of input 0`,
  gas: ({ inputs }) => SERIAL_GAS * elementsOf(inputs[0]),
};

/** Each element of the first input takes a power. */
export const powerPerInput: CostFormula = {
  text: `${2n * TRANSCENDENTAL_GAS} × elements of input 0`,
  gas: ({ inputs }) => 2n * TRANSCENDENTAL_GAS * elementsOf(inputs[0]),
};

/**
 * Rows are found by their indices along an axis, and copied: single elements where it is the last.
 */
export const gathering: CostFormula = {
  text: `${ELEMENT_GAS} × output elements, and ${ROW_GAS} × rows that are copied`,
  gas: ({ node, inputs, outputs }) => {
    const data = getShape(inputs[0]);
    // Attributes are read without a sign.
    const axis = Number(BigInt.asIntN(64, integerAttribute(node, "axis", 0n)));
    const row = elementsOf(data.slice((axis < 0 ? data.length + axis : axis) + 1));
    const elements = totalElements(outputs);
    return ELEMENT_GAS * elements + ROW_GAS * (row > 0n ? elements / row : 0n);
  },
};

/** Rows are found by indices of several axes: one for each last row of input 1. */
export const indexing: CostFormula = {
  text: `${ELEMENT_GAS} × output elements, and ${ROW_GAS} × rows of indices (input 1)`,
  gas: ({ inputs, outputs }) => {
    const rows = elementsOf(getShape(inputs[1]).slice(0, -1));
    return ELEMENT_GAS * totalElements(outputs) + ROW_GAS * rows;
  },
};

/** Each element of the first input is read once. */
export const perInput: CostFormula = {
  text: `${ELEMENT_GAS} × elements of input 0`,
  gas: ({ inputs }) => ELEMENT_GAS * elementsOf(inputs[0]),
};

/** Each element of the first input is read several times and scaled: normalisations, softmax. */
export const normalising: CostFormula = {
  text: `${NORMALISING_GAS} × elements of input 0`,
  gas: ({ inputs }) => NORMALISING_GAS * elementsOf(inputs[0]),
};

/** Each element of the first input is sorted. */
export const sorting: CostFormula = {
  text: `${SORT_GAS} × elements of input 0`,
  gas: ({ inputs }) => SORT_GAS * elementsOf(inputs[0]),
};

/** Each element of the outputs is interpolated among its neighbours; cubically among 16. */
export const sampling: CostFormula = {
  text: `${SAMPLE_GAS} × output elements, ${CUBIC_NEIGHBOURS} times that with mode cubic or bicubic`,
  gas: ({ node, outputs }) => SAMPLE_GAS * neighboursOf(node) * totalElements(outputs),
};

/** As sampling, on a grid; with antialias every element of the input has a part in the outputs. */
export const resizing: CostFormula = {
  text: `${TRANSCENDENTAL_GAS} × output elements, with antialias also × elements of input 0; ${CUBIC_NEIGHBOURS} times that with mode cubic`,
  gas: ({ node, inputs, outputs }) => {
    const smooth = integerAttribute(node, "antialias", 0n) !== 0n;
    const elements = totalElements(outputs) + (smooth ? elementsOf(inputs[0]) : 0n);
    return TRANSCENDENTAL_GAS * neighboursOf(node) * elements;
  },
};

function neighboursOf(node: OnnxNode): bigint {
  return textAttribute(node, "mode").endsWith("cubic") ? CUBIC_NEIGHBOURS : 1n;
}

/** Each element of every input is read once: sums of many tensors. */
export const perAllInputs: CostFormula = {
  text: `${ELEMENT_GAS} × elements of all inputs`,
  gas: ({ inputs }) => ELEMENT_GAS * totalElements(inputs),
};

/** Each element of every input and output is touched once. */
export const perElement: CostFormula = {
  text: `${ELEMENT_GAS} × elements of all inputs and outputs`,
  gas: ({ inputs, outputs }) => ELEMENT_GAS * (totalElements(inputs) + totalElements(outputs)),
};

/** Output elements times the kernel's volume times the channels that one filter sees. */
export function convolution(weightInput: number): CostFormula {
  return {
    text: `output elements × elements of one filter (input ${weightInput})`,
    gas: ({ inputs, outputs }) => {
      const weights = getShape(inputs[weightInput]);
      return MAC_GAS * elementsOf(outputs[0]) * elementsOf(weights.slice(1));
    },
  };
}

/** As a convolution, with outputs that are quantised anew. */
export const quantisedConvolution: CostFormula = {
  text: `${convolution(3).text}, and ${REQUANTISING_GAS} × output elements`,
  gas: (shaped) => convolution(3).gas(shaped) + REQUANTISING_GAS * totalElements(shaped.outputs),
};

/** Input elements times the kernel's volume times the channels that one input element reaches. */
export const transposedConvolution: CostFormula = {
  text: "elements of input 0 × elements of one filter (input 1)",
  gas: ({ inputs }) => MAC_GAS * elementsOf(inputs[0]) * elementsOf(getShape(inputs[1]).slice(1)),
};

/** A convolution whose window is sampled: every place of it in every channel is interpolated. */
export const deformableConvolution: CostFormula = {
  text: `as Conv, and ${TRANSCENDENTAL_GAS} × places of the output × input channels × kernel's volume`,
  gas: (shaped) => {
    const { inputs, outputs } = shaped;
    const output = getShape(outputs[0]);
    const places = elementsOf([...output.slice(0, 1), ...output.slice(2)]);
    const channels = getShape(inputs[0])[1] ?? 1n;
    const window = elementsOf(getShape(inputs[1]).slice(2));
    const sampled = TRANSCENDENTAL_GAS * places * channels * window;
    return convolution(1).gas(shaped) + sampled;
  },
};

/** Output elements times the extent that is summed over: the last axis of the first input. */
export const matrixProduct: CostFormula = {
  text: "output elements × last extent of input 0",
  gas: ({ inputs, outputs }) =>
    MAC_GAS * totalElements(outputs) * (getShape(inputs[0]).at(-1) ?? 1n),
};

/** As a matrix product, with the first input transposed where `transA` says so. */
export const generalMatrixProduct: CostFormula = {
  text: "output elements × inner extent",
  gas: ({ node, inputs, outputs }) => {
    const shape = getShape(inputs[0]);
    const transposed = integerAttribute(node, "transA", 0n) !== 0n;
    const inner = (transposed ? shape[0] : shape[1]) ?? 1n;
    return MAC_GAS * elementsOf(outputs[0]) * inner;
  },
};

/** Output elements times the window's volume. */
export const pooling: CostFormula = {
  text: `${WINDOW_GAS} × output elements × window's volume, and ${POOL_GAS} × output elements`,
  gas: ({ node, outputs }) => elementsOf(outputs[0]) * (WINDOW_GAS * windowOf(node) + POOL_GAS),
};

/** As pooling, with the power of each element and the root of each window. */
export const powerPooling: CostFormula = {
  text: `${POWER_WINDOW_GAS} × output elements × window's volume, and ${POWER_POOL_GAS} × output elements`,
  gas: ({ node, outputs }) =>
    elementsOf(outputs[0]) * (POWER_WINDOW_GAS * windowOf(node) + POWER_POOL_GAS),
};

function windowOf(node: OnnxNode): bigint {
  return elementsOf(integersAttribute(node, "kernel_shape"));
}

/** Every step and every sequence of the batch multiplies both weight matrices. */
export const recurrent: CostFormula = {
  text: `${MAC_GAS + TRANSCENDENTAL_GAS} × steps × batch × elements of inputs 1 and 2`,
  gas: ({ inputs }) => {
    const [steps, batch] = getShape(inputs[0]);
    const weights = elementsOf(inputs[1]) + elementsOf(inputs[2]);
    return (MAC_GAS + TRANSCENDENTAL_GAS) * (steps ?? 1n) * (batch ?? 1n) * weights;
  },
};

/** Each region of interest takes `sampling_ratio`² samples of four neighbours for an element. */
export const regionSampling: CostFormula = {
  text: `${4n * ELEMENT_GAS} × output elements × sampling_ratio²`,
  gas: ({ node, outputs }) => {
    const ratio = integerAttribute(node, "sampling_ratio", 1n);
    return 4n * ELEMENT_GAS * elementsOf(outputs[0]) * ratio * ratio;
  },
};

/** Number of elements; none when the tensor is absent. */
export function elementsOf(shape: Shape | undefined): bigint {
  if (shape === undefined) return 0n;
  let elements = 1n;
  for (const extent of shape) elements *= extent;
  return elements;
}

/** Number of elements of several tensors together. */
export function totalElements(shapes: ReadonlyArray<Shape | undefined>): bigint {
  let elements = 0n;
  for (const shape of shapes) elements += elementsOf(shape);
  return elements;
}

/** The shape of a tensor that is there. */
export function getShape(shape: Shape | undefined): Shape {
  return assertDefined(shape, "the runtime ran the node, so its required inputs are there");
}
