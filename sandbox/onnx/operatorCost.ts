import { assertDefined } from "#core/primitives/assert.js";
import { type OnnxNode, integerAttribute, integersAttribute } from "./model.js";

/** Extents of a tensor. */
export type Shape = readonly bigint[];

/** A node with the shapes that its tensors really have; an absent optional tensor is undefined. */
export interface ShapedNode {
  readonly node: OnnxNode;
  readonly inputs: ReadonlyArray<Shape | undefined>;
  readonly outputs: ReadonlyArray<Shape | undefined>;
}

/** Gas of one node. */
export type CostFormula = (shaped: ShapedNode) => bigint;

/** Gas of one multiply-accumulate. */
const MAC_GAS = 1n;
/** Gas of comparing or adding one element of a pooling window. */
const WINDOW_GAS = 2n;
/** Gas of reading, comparing or moving one element. */
const ELEMENT_GAS = 8n;
/** Gas of one exponential, logarithm, root or the like. */
const TRANSCENDENTAL_GAS = 32n;
/** Gas of placing one element among the k largest, whatever k. */
const SORT_GAS = 128n;

/** Nothing beyond what every node costs: shapes and constants. */
export function free(): bigint {
  return 0n;
}

/** Each element of the first output is moved or computed by a simple operation. */
export function perOutput(shaped: ShapedNode): bigint {
  return ELEMENT_GAS * totalElements(shaped.outputs);
}

/** Each element of the first output takes a transcendental function. */
export function transcendental(shaped: ShapedNode): bigint {
  return TRANSCENDENTAL_GAS * totalElements(shaped.outputs);
}

/** Each element of the first input is read once. */
export function perInput(shaped: ShapedNode): bigint {
  return ELEMENT_GAS * elementsOf(shaped.inputs[0]);
}

/** Each element of the first input is read several times and scaled: normalisations, softmax. */
export function normalising(shaped: ShapedNode): bigint {
  return (TRANSCENDENTAL_GAS + 2n * ELEMENT_GAS) * elementsOf(shaped.inputs[0]);
}

/** Each element of the first input is sorted. */
export function sorting(shaped: ShapedNode): bigint {
  return SORT_GAS * elementsOf(shaped.inputs[0]);
}

/** Each element of every input is read once: sums of many tensors. */
export function perAllInputs(shaped: ShapedNode): bigint {
  return ELEMENT_GAS * totalElements(shaped.inputs);
}

/** Output elements times the kernel's volume times the channels that one filter sees. */
export function convolution(weightInput: number): CostFormula {
  return ({ inputs, outputs }) => {
    const weights = getShape(inputs[weightInput]);
    return MAC_GAS * elementsOf(outputs[0]) * elementsOf(weights.slice(1));
  };
}

/** Input elements times the kernel's volume times the channels that one input element reaches. */
export function transposedConvolution({ inputs }: ShapedNode): bigint {
  return MAC_GAS * elementsOf(inputs[0]) * elementsOf(getShape(inputs[1]).slice(1));
}

/** Output elements times the extent that is summed over: the last axis of the first input. */
export function matrixProduct({ inputs, outputs }: ShapedNode): bigint {
  return MAC_GAS * elementsOf(outputs[0]) * (getShape(inputs[0]).at(-1) ?? 1n);
}

/** As a matrix product, with the first input transposed where `transA` says so. */
export function generalMatrixProduct({ node, inputs, outputs }: ShapedNode): bigint {
  const shape = getShape(inputs[0]);
  const transposed = integerAttribute(node, "transA", 0n) !== 0n;
  const inner = (transposed ? shape[0] : shape[1]) ?? 1n;
  return MAC_GAS * elementsOf(outputs[0]) * inner;
}

/** Output elements times the window's volume. */
export function pooling({ node, outputs }: ShapedNode): bigint {
  return WINDOW_GAS * elementsOf(outputs[0]) * elementsOf(integersAttribute(node, "kernel_shape"));
}

/** Every step and every sequence of the batch multiplies both weight matrices. */
export function recurrent({ inputs }: ShapedNode): bigint {
  const [steps, batch] = getShape(inputs[0]);
  const weights = elementsOf(inputs[1]) + elementsOf(inputs[2]);
  return (MAC_GAS + TRANSCENDENTAL_GAS) * (steps ?? 1n) * (batch ?? 1n) * weights;
}

/** Number of elements; none when the tensor is absent. */
export function elementsOf(shape: Shape | undefined): bigint {
  if (shape === undefined) return 0n;
  let elements = 1n;
  for (const extent of shape) elements *= extent;
  return elements;
}

function totalElements(shapes: ReadonlyArray<Shape | undefined>): bigint {
  let elements = 0n;
  for (const shape of shapes) elements += elementsOf(shape);
  return elements;
}

function getShape(shape: Shape | undefined): Shape {
  return assertDefined(shape, "the runtime ran the node, so its required inputs are there");
}
