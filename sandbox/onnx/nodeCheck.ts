import type { Finding } from "./errors.js";
import { nodeFinding, partFinding } from "./findings.js";
import {
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  describeNode,
  integerAttribute,
  textAttribute,
} from "./model.js";
import { ML_DOMAIN } from "./operatorTable.js";
import {
  MAX_INPUTS,
  OPERATOR_SETS,
  type OperatorProfile,
  type VersionRange,
  findOperator,
} from "./profile.js";
import { findRefused } from "./refusedOperators.js";
import { elementBytes, elementTypeName } from "./tensorTypes.js";

/** A node with its place in the graph. */
export interface PlacedNode {
  readonly node: OnnxNode;
  readonly index: number;
}

/** Versions of the operator sets that a model imports, by domain. */
export type ImportedSets = ReadonlyMap<string, bigint>;

/** A domain as the profile writes it: the default one has two spellings. */
export function canonicalDomain(domain: string | undefined): string {
  return domain === undefined || domain === "ai.onnx" ? "" : domain;
}

/**
 * What is wrong with a node by itself: its operator, the version of it, its number of inputs, its
 * attributes. A node whose operator is refused has that finding alone.
 */
export function checkNode(placed: PlacedNode, sets: ImportedSets): readonly Finding[] {
  const { node } = placed;
  const profile = findOperator(node.operator ?? "");
  const refused = refuseOperator(placed, profile);
  if (refused !== undefined || profile === undefined) return refused === undefined ? [] : [refused];
  return [
    ...checkVersion(placed, profile, sets),
    ...checkRule(placed, profile),
    ...checkAttributes(placed),
  ];
}

function refuseOperator(
  placed: PlacedNode,
  profile: OperatorProfile | undefined,
): Finding | undefined {
  const { operator = "", domain } = placed.node;
  const found = canonicalDomain(domain);
  if (found !== "" && found !== ML_DOMAIN) {
    const advice = "export with ONNX's own operators, without optimising for a runtime";
    return nodeFinding(placed, `is of domain ${found}`, advice);
  }
  if (profile?.domain === found) return undefined;
  const known = findRefused(operator);
  if (known !== undefined) return nodeFinding(placed, known.reason, known.advice);
  const advice = "use operators of docs/spec/operators.md";
  return nodeFinding(placed, "is not in the operator profile", advice);
}

function checkVersion(
  placed: PlacedNode,
  { domain, since, until }: OperatorProfile,
  sets: ImportedSets,
): readonly Finding[] {
  const version = sets.get(domain);
  if (version === undefined) {
    return [nodeFinding(placed, `needs the operator set ${domain}`, "the model must import it")];
  }
  // Versions outside of the profile are a finding of the model, not of each node.
  const range = OPERATOR_SETS.get(domain) ?? { minimum: 0, maximum: 0 };
  if (!isWithin(version, range) || isWithin(version, { minimum: since, maximum: until })) return [];
  const reason = `is run in operator sets ${since} to ${until}, the model has ${version}`;
  return [nodeFinding(placed, reason, `export with operator set ${until}`)];
}

/** Whether a version lies in a range, both ends included. */
export function isWithin(version: bigint, { minimum, maximum }: VersionRange): boolean {
  return version >= BigInt(minimum) && version <= BigInt(maximum);
}

function checkRule(placed: PlacedNode, { rule }: OperatorProfile): readonly Finding[] {
  const { node } = placed;
  const { inputs = [] } = node;
  if (inputs.length > MAX_INPUTS) {
    const advice = `split it into nodes of at most ${MAX_INPUTS}`;
    return [nodeFinding(placed, `has ${inputs.length} inputs`, advice)];
  }
  const broken = rule?.breaks({
    inputs: inputs.length,
    text: (name) => textAttribute(node, name),
    integer: (name) => optionalInteger(node, name),
  });
  return rule === undefined || broken !== true
    ? []
    : [nodeFinding(placed, `is refused: ${rule.text}`, rule.advice)];
}

function optionalInteger(node: OnnxNode, name: string): bigint | undefined {
  const there = node.attributes?.some((attribute) => attribute.name === name) === true;
  return there ? integerAttribute(node, name, 0n) : undefined;
}

function checkAttributes(placed: PlacedNode): readonly Finding[] {
  const { node, index } = placed;
  return (node.attributes ?? []).flatMap((attribute) => {
    const { name = "", tensor } = attribute;
    if (hasForbiddenPart(attribute)) {
      const advice = "attributes hold numbers, texts and tensors alone";
      return [nodeFinding(placed, `has attribute ${name} of a kind that is refused`, advice)];
    }
    const at = `attribute ${name} of ${describeNode(node, index)}: tensor`;
    return tensor === undefined ? [] : checkTensor(tensor, at);
  });
}

function hasForbiddenPart(attribute: OnnxAttribute): boolean {
  const { graph, graphs, typeValue, typeValues, sparseTensor, sparseTensors } = attribute;
  const parts = [graph, graphs, typeValue, typeValues, sparseTensor, sparseTensors];
  return parts.some((part) => part !== undefined) || attribute.reference !== undefined;
}

/** What is wrong with a constant: data outside of the file, or an element type of no use. */
export function checkTensor(tensor: OnnxTensor, place: string): readonly Finding[] {
  const at = `${place} ${tensor.name ?? ""}`.trim();
  if (tensor.externalData !== undefined || (tensor.location ?? 0n) !== 0n) {
    return [partFinding(at, "has external data", "save the model as one file")];
  }
  if (tensor.segment !== undefined) return [partFinding(at, "is segmented")];
  const type = Number(tensor.dataType ?? 0n);
  if (elementBytes(type) !== undefined) return [];
  return [partFinding(at, `has element type ${elementTypeName(type)}`, typeAdvice(type))];
}

/** What to use instead of an element type that models may not use. */
export function typeAdvice(type: number): string {
  if (type === STRING) return "give numbers; texts belong into infer.js";
  return FLOATS.has(type) ? "export in float32" : "use int8 or wider, or float32";
}

const STRING = 8;
/** Half and smaller floats. */
const FLOATS: ReadonlySet<number> = new Set([10, 16, 17, 18, 19, 20, 23, 24, 27, 28]);
