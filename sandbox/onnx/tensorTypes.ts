import type { OnnxAttribute, OnnxModel, OnnxNode } from "./model.js";
import type { AttributeType, InputType, ResultType } from "./operatorTable.js";
import { findOperator } from "./profile.js";

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

/** Names of ONNX's element types by their number, in the sandbox's spelling. */
const ELEMENT_TYPE_NAMES: readonly string[] = (
  "undefined float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 " +
  "complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 " +
  "float4e2m1 float8e8m0 uint2 int2 float6e2m3 float6e3m2"
).split(" ");

/** Name of an element type, its number where it has none. */
export function elementTypeName(type: number): string {
  return ELEMENT_TYPE_NAMES[type] ?? `number ${type}`;
}

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
  if ("input" in rule) return inputType(node, rule, types);
  const { attributes, otherwise } = rule;
  const found = attributes.map(([name, type]) => attributeType(node, name, type));
  const said = found.find((type) => type !== 0);
  return said ?? (typeof otherwise === "number" ? otherwise : inputType(node, otherwise, types));
}

/** 0 where the attribute says nothing. */
function attributeType(node: OnnxNode, name: string, type: AttributeType): number {
  const attribute = node.attributes?.find((entry) => entry.name === name);
  if (attribute === undefined || isEmptyList(attribute)) return 0;
  if (type !== "says") return type;
  return Number(attribute.tensor?.dataType ?? attribute.integer ?? 0n);
}

function inputType(
  node: OnnxNode,
  { input, otherwise }: InputType,
  types: ReadonlyMap<string, number>,
): number {
  const name = node.inputs?.[input] ?? "";
  return (name === "" ? otherwise : types.get(name)) ?? 0;
}

/** Exporters write lists that they do not use, which says nothing. */
function isEmptyList({ float, integer, text, tensor, ...lists }: OnnxAttribute): boolean {
  if ([float, integer, text, tensor].some((value) => value !== undefined)) return false;
  return [lists.floats, lists.integers, lists.texts].every((list) => (list?.length ?? 0) === 0);
}
