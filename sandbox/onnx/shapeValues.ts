import type { OnnxModel, OnnxNode } from "./model.js";
import { findOperator } from "./profile.js";

/** Operators whose results say how large their input is, whatever is in it. */
const MEASURING: ReadonlySet<string> = new Set(["Shape", "Size"]);

/** Whether what a node yields follows from shapes and from tensors of which that is known. */
export function followsFromShapes(
  { operator = "", inputs = [] }: OnnxNode,
  known: ReadonlySet<string>,
): boolean {
  return MEASURING.has(operator) || inputs.every((input) => input === "" || known.has(input));
}

/**
 * Names of the tensors whose contents decide the shape of another: shape arguments and whatever
 * they are computed from. Shapes are the same whatever all others hold.
 */
export function tensorsThatDecideShapes({ graph }: OnnxModel): ReadonlySet<string> {
  const deciding = new Set<string>();
  for (const node of (graph.nodes ?? []).toReversed()) {
    for (const input of decidingInputs(node, deciding)) deciding.add(input);
  }
  return deciding;
}

/** Inputs of a node that decide shapes, given what does so behind it; absent ones are empty. */
function decidingInputs(
  { operator = "", inputs = [], outputs = [] }: OnnxNode,
  deciding: ReadonlySet<string>,
): readonly string[] {
  if (MEASURING.has(operator)) return [];
  if (outputs.some((name) => name !== "" && deciding.has(name))) return inputs;
  const positions = findOperator(operator)?.shapeInputs ?? [];
  return positions.map((position) => inputs[position] ?? "");
}
