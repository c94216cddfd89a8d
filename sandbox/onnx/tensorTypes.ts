import type { OnnxModel, OnnxNode } from "./model.js";
import { type ResultType, findOperator } from "./profile.js";

/** Element types that tensors of a model may have, by their number, with the bytes of an element. */
const ELEMENT_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 1],
  [3, 1],
  [4, 2],
  [5, 2],
  [6, 4],
  [7, 8],
  [9, 1],
  [11, 8],
  [12, 4],
  [13, 8],
]);

const FLOAT32 = 1;
const INT64 = 7;

/** Bytes of an element; undefined for a type that models may not use. */
export function elementBytes(type: number): number | undefined {
  return ELEMENT_BYTES.get(type);
}

/**
 * Element types of every tensor of a model by name, by the operators' rules; 0 where a rule gives
 * none. Nodes must be in topological order and of known operators.
 */
export function inferTypes(model: OnnxModel): Map<string, number> {
  const types = declaredTypes(model);
  for (const node of model.graph.nodes ?? []) {
    const results = findOperator(node.operator ?? "")?.results ?? [];
    for (const [index, output] of (node.outputs ?? []).entries()) {
      const rule = results[index] ?? results[0];
      types.set(output, rule === undefined ? 0 : resultType(node, rule, types));
    }
  }
  return types;
}

function declaredTypes({ graph }: OnnxModel): Map<string, number> {
  const types = new Map<string, number>();
  for (const { name = "", type } of graph.inputs ?? []) {
    types.set(name, Number(type?.tensor?.elementType ?? 0n));
  }
  for (const { name = "", dataType = 0n } of graph.initializers ?? []) {
    types.set(name, Number(dataType));
  }
  return types;
}

function resultType(node: OnnxNode, rule: ResultType, types: ReadonlyMap<string, number>): number {
  if ("fixed" in rule) return rule.fixed;
  if ("input" in rule) {
    const name = node.inputs?.[rule.input] ?? "";
    return (name === "" ? rule.otherwise : types.get(name)) ?? 0;
  }
  return attributeType(node, rule.attribute) ?? rule.otherwise;
}

function attributeType(node: OnnxNode, name: string): number | undefined {
  const { attributes = [] } = node;
  const attribute = attributes.find((entry) => entry.name === name);
  if (attribute !== undefined) {
    return Number(attribute.tensor?.dataType ?? attribute.integer ?? 0n);
  }
  if (node.operator !== "Constant") return undefined;
  const names = attributes.map((entry) => entry.name ?? "");
  if (names.some((entry) => entry === "value_int" || entry === "value_ints")) return INT64;
  return names.some((entry) => entry === "value_float" || entry === "value_floats")
    ? FLOAT32
    : undefined;
}
