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
const WINDOW_GAS = 2n;
/** Gas of reading, comparing or moving one element. */
const ELEMENT_GAS = 8n;
/** Gas of one exponential, logarithm, root or the like. */
const TRANSCENDENTAL_GAS = 32n;
/** Gas of an element that is read several times and scaled. */
const NORMALISING_GAS = TRANSCENDENTAL_GAS + 2n * ELEMENT_GAS;
/** Gas of placing one element among the k largest, whatever k, or of sampling one of 16 others. */
const SORT_GAS = 128n;

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
  text: `${SORT_GAS} × output elements, 16 times that with mode cubic or bicubic`,
  gas: ({ node, outputs }) => {
    const neighbours = textAttribute(node, "mode").endsWith("cubic") ? 16n : 1n;
    return SORT_GAS * neighbours * totalElements(outputs);
  },
};

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
  text: `${WINDOW_GAS} × output elements × window's volume`,
  gas: ({ node, outputs }) =>
    WINDOW_GAS * elementsOf(outputs[0]) * elementsOf(integersAttribute(node, "kernel_shape")),
};

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
