import {
  type OnnxNode,
  floatCount,
  integerAttribute,
  integersAttribute,
  textAttribute,
} from "./model.js";
import {
  type CostFormula,
  type Shape,
  elementsOf,
  getShape,
  totalElements,
} from "./operatorCost.js";

/** Gas of an element of a score: a multiply-accumulate for each factor, and a softmax. */
const SCORE_GAS = 48n;
/** Gas of an element for each halving of a transform, which may be padded to four times its length. */
const BUTTERFLY_GAS = 128n;
/** Gas of comparing a row with one number of a support vector. */
const KERNEL_GAS = 32n;
/** Gas of a node of a tree: a row sees at most all of them. */
const TREE_NODE_GAS = 8n;
/** Gas of one pair of classes whose probabilities are balanced, a hundred rounds at most. */
const PAIR_GAS = 800n;
const GRAM_GAS = 32n;

/** Scores of every query with every key, and their products with the values. */
export const attention: CostFormula = {
  text: `(elements of Q + output elements) × keys, and ${SCORE_GAS} × scores`,
  gas: ({ node, inputs, outputs }) => {
    const query = getShape(inputs[0]);
    const keys = lengthOf(inputs[1]) + (inputs[4] === undefined ? 0n : lengthOf(inputs[4]));
    const heads = query.length === 4 ? query[1] : integerAttribute(node, "q_num_heads", 1n);
    const scores = (query[0] ?? 1n) * (heads ?? 1n) * lengthOf(query) * keys;
    return (elementsOf(query) + elementsOf(outputs[0])) * keys + SCORE_GAS * scores;
  },
};

/** Axis of the sequence: the third of four, the second of three. */
function lengthOf(shape: Shape | undefined): bigint {
  return getShape(shape).at(-2) ?? 1n;
}

/** Output elements times the halvings of the longest extent. */
export const fourier: CostFormula = {
  text: `${BUTTERFLY_GAS} × elements of input 0 and output × bits of the longest extent`,
  gas: ({ inputs, outputs }) => {
    const extents = [...getShape(inputs[0]), ...getShape(outputs[0])];
    const longest = extents.reduce((most, extent) => (extent > most ? extent : most), 1n);
    const elements = elementsOf(inputs[0]) + elementsOf(outputs[0]);
    return BUTTERFLY_GAS * elements * BigInt(longest.toString(2).length);
  },
};

/** Every matrix of n × n takes n³ steps. */
export const determinant: CostFormula = {
  text: "8 × elements of input 0 × last extent",
  gas: ({ inputs }) => 8n * elementsOf(inputs[0]) * (getShape(inputs[0]).at(-1) ?? 1n),
};

/** The extents of all letters of the equation multiplied, for each operand. */
export const einsum: CostFormula = {
  text: "8 × operands × product of the extents of all letters",
  gas: ({ node, inputs }) => {
    const [left = ""] = textAttribute(node, "equation").replaceAll(" ", "").split("->");
    const extents = new Map<string, bigint>();
    for (const [index, term] of left.split(",").entries()) {
      const shape = inputs[index] ?? [];
      for (const [axis, letter] of lettersOf(term, shape.length).entries()) {
        const extent = shape[axis] ?? 1n;
        if (extent > (extents.get(letter) ?? 0n)) extents.set(letter, extent);
      }
    }
    return 8n * BigInt(inputs.length) * elementsOf([...extents.values()]);
  },
};

/** One letter for each axis; those of an ellipsis count from its end, as they are broadcast. */
function lettersOf(term: string, rank: number): string[] {
  const [before = "", after] = term.split("...");
  if (after === undefined) return Array.from(before);
  const hidden = Math.max(0, rank - before.length - after.length);
  const ellipsis = Array.from({ length: hidden }, (_, index) => `.${hidden - index}`);
  return [...Array.from(before), ...ellipsis, ...Array.from(after)];
}

/** Every word begins that many phrases of that many skips. */
export const phrases: CostFormula = {
  text: `${GRAM_GAS} × elements of input 0 × max_gram_length × (max_skip_count + 1), and 8 × output elements`,
  gas: ({ node, inputs, outputs }) => {
    const length = integerAttribute(node, "max_gram_length", 1n);
    const skips = integerAttribute(node, "max_skip_count", 0n) + 1n;
    return GRAM_GAS * elementsOf(inputs[0]) * length * skips + 8n * elementsOf(outputs[0]);
  },
};

/** Every row may see every node. */
export const trees: CostFormula = {
  text: `${TREE_NODE_GAS} × rows × (nodes of all trees + outputs of a row)`,
  gas: ({ node, inputs, outputs }) => {
    const nodes = BigInt(integersAttribute(node, "nodes_nodeids").length);
    return TREE_NODE_GAS * (rowsOf(inputs[0]) * nodes + totalElements(outputs));
  },
};

/** Every row is compared with every support vector. */
export const supportVectors: CostFormula = {
  text: `${KERNEL_GAS} × rows × (numbers of support vectors and coefficients), and ${PAIR_GAS} × rows × classes²`,
  gas: ({ node, inputs }) => {
    const numbers = BigInt(floatCount(node, "support_vectors") + floatCount(node, "coefficients"));
    const classes = BigInt(classCount(node));
    return rowsOf(inputs[0]) * (KERNEL_GAS * numbers + PAIR_GAS * classes * classes);
  },
};

function classCount(node: OnnxNode): number {
  return integersAttribute(node, "classlabels_ints").length;
}

/** Rows of a table; a vector is one. */
function rowsOf(shape: Shape | undefined): bigint {
  const extents = getShape(shape);
  return extents.length < 2 ? 1n : (extents[0] ?? 1n);
}
