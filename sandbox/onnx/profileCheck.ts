import { ModelRefusal } from "./errors.js";
import {
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  describeNode,
} from "./model.js";
import {
  IR_RANGE,
  MAX_NODES,
  OPERATOR_SET_RANGE,
  type OperatorProfile,
  findOperator,
} from "./profile.js";
import { elementBytes, inferTypes } from "./tensorTypes.js";

/** Prefix of the tensor names that the sandbox adds to a graph. */
export const RESERVED_PREFIX = "aivm:";

/**
 * Checks that a model lies within the operator profile: known operators of the default domain, no
 * control flow, no randomness, no external data, no sequences or optionals, no shape that depends
 * on data, no other element types than numbers and bools. Throws {@link ModelRefusal} with the
 * node at fault. Shapes themselves are judged by `signature.ts`.
 */
export function checkProfile(model: OnnxModel): void {
  checkVersions(model);
  refuseParts(model);
  for (const tensor of model.graph.initializers ?? []) checkTensor(tensor, "initializer");
  const { nodes = [] } = model.graph;
  if (nodes.length < 1 || nodes.length > MAX_NODES) {
    throw new ModelRefusal(`the model has ${nodes.length} nodes`);
  }
  const scope = new GraphScope(model);
  for (const [index, node] of nodes.entries()) scope.admit(node, index);
  checkTypes(model, nodes);
}

function checkVersions(model: OnnxModel): void {
  const ir = model.irVersion ?? 0n;
  if (ir < IR_RANGE.minimum || ir > IR_RANGE.maximum) {
    throw new ModelRefusal(`the model has IR version ${ir}`);
  }
  const sets = model.operatorSets ?? [];
  const [only] = sets;
  if (only === undefined || sets.length > 1 || !isDefaultDomain(only.domain)) {
    throw new ModelRefusal("the model does not use the default operator set alone");
  }
  const version = only.version ?? 0n;
  if (version < OPERATOR_SET_RANGE.minimum || version > OPERATOR_SET_RANGE.maximum) {
    throw new ModelRefusal(`the model uses operator set ${version}`);
  }
}

function refuseParts({ training, functions, graph }: OnnxModel): void {
  const parts: ReadonlyArray<readonly [string, unknown]> = [
    ["training information", training],
    ["local functions", functions],
    ["sparse initializers", graph.sparseInitializers],
    ["quantization annotations", graph.quantization],
  ];
  const found = parts.find(([, value]) => value !== undefined);
  if (found !== undefined) throw new ModelRefusal(`the model has ${found[0]}`);
}

function checkTensor(tensor: OnnxTensor, place: string): void {
  const at = `${place} ${tensor.name ?? ""}`.trim();
  if (tensor.externalData !== undefined || (tensor.location ?? 0n) !== 0n) {
    throw new ModelRefusal(`${at} has external data`);
  }
  if (tensor.segment !== undefined) throw new ModelRefusal(`${at} is segmented`);
  const type = Number(tensor.dataType ?? 0n);
  if (elementBytes(type) === undefined) {
    throw new ModelRefusal(`${at} has element type ${type}`);
  }
}

/** Tensors that exist so far, and those whose values follow from shapes and constants alone. */
class GraphScope {
  readonly #defined = new Set<string>();
  readonly #shapeValues = new Set<string>();

  constructor({ graph }: OnnxModel) {
    for (const { name = "" } of graph.initializers ?? []) {
      this.#define(name);
      this.#shapeValues.add(name);
    }
    for (const { name = "" } of graph.inputs ?? []) this.#define(name);
  }

  admit(node: OnnxNode, index: number): void {
    const at = describeNode(node, index);
    const profile = checkOperator(node, at);
    checkAttributes(node, at);
    this.#checkInputs(node, profile, at);
    const known = this.#followsFromShapes(node);
    for (const output of node.outputs ?? []) {
      if (output === "") continue;
      this.#define(output);
      if (known) this.#shapeValues.add(output);
    }
  }

  #define(name: string): void {
    if (name === "" || this.#defined.has(name) || name.startsWith(RESERVED_PREFIX)) {
      throw new ModelRefusal(`tensor name "${name}" is empty, reserved or defined twice`);
    }
    this.#defined.add(name);
  }

  #checkInputs(node: OnnxNode, profile: OperatorProfile, at: string): void {
    const { inputs = [] } = node;
    if (inputs.length > profile.maxInputs) throw new ModelRefusal(`${at} has too many inputs`);
    for (const input of inputs) {
      if (input !== "" && !this.#defined.has(input)) {
        throw new ModelRefusal(`${at} reads ${input} before it exists`);
      }
    }
    for (const position of profile.shapeInputs) {
      const input = inputs[position] ?? "";
      if (input !== "" && !this.#shapeValues.has(input)) {
        throw new ModelRefusal(`${at} has a shape that depends on data`);
      }
    }
  }

  #followsFromShapes({ operator = "", inputs = [] }: OnnxNode): boolean {
    if (operator === "Shape" || operator === "Size") return true;
    return inputs.every((input) => input === "" || this.#shapeValues.has(input));
  }
}

function checkOperator(node: OnnxNode, at: string): OperatorProfile {
  if (!isDefaultDomain(node.domain)) {
    throw new ModelRefusal(`${at} is of domain ${node.domain ?? ""}`);
  }
  const profile = findOperator(node.operator ?? "");
  if (profile === undefined) throw new ModelRefusal(`${at} is not in the operator profile`);
  return profile;
}

function checkAttributes(node: OnnxNode, at: string): void {
  for (const attribute of node.attributes ?? []) {
    const { name = "", tensor } = attribute;
    if (hasForbiddenPart(attribute)) throw new ModelRefusal(`${at} has attribute ${name}`);
    if (tensor !== undefined) checkTensor(tensor, `attribute ${name} of ${at}: tensor`);
  }
}

function hasForbiddenPart(attribute: OnnxAttribute): boolean {
  const { graph, graphs, typeValue, typeValues, sparseTensor, sparseTensors } = attribute;
  const parts = [graph, graphs, typeValue, typeValues, sparseTensor, sparseTensors];
  return parts.some((part) => part !== undefined) || attribute.reference !== undefined;
}

function checkTypes(model: OnnxModel, nodes: readonly OnnxNode[]): void {
  const types = inferTypes(model);
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs ?? []) {
      const type = types.get(output) ?? 0;
      if (output !== "" && elementBytes(type) === undefined) {
        throw new ModelRefusal(`${describeNode(node, index)} yields element type ${type}`);
      }
    }
  }
}

function isDefaultDomain(domain: string | undefined): boolean {
  return domain === undefined || domain === "" || domain === "ai.onnx";
}
