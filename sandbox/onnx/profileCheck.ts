import type { Finding } from "./errors.js";
import { nodeFinding, partFinding, refusalOf } from "./findings.js";
import type { OnnxModel } from "./model.js";
import {
  type ImportedSets,
  type PlacedNode,
  canonicalDomain,
  checkNode,
  checkTensor,
  isWithin,
  typeAdvice,
} from "./nodeCheck.js";
import { DEFAULT_DOMAIN } from "./operatorTable.js";
import { IR_RANGE, MAX_INITIALIZERS, MAX_NODES, OPERATOR_SETS, findOperator } from "./profile.js";
import { followsFromShapes } from "./shapeValues.js";
import { elementBytes, elementTypeName, inferTypes } from "./tensorTypes.js";

/** Prefix of the tensor names that the sandbox adds to a graph. */
export const RESERVED_PREFIX = "aivm:";

/**
 * Checks that a model lies within the operator profile: known operators in known versions, no
 * control flow, no randomness, no external data, no sequences or optionals, no shape that depends
 * on data, no other element types than numbers and bools. Throws a `ModelRefusal` with the node at
 * fault. Shapes themselves are judged by `signature.ts`.
 */
export function checkProfile(model: OnnxModel): void {
  const [first] = findProfileFaults(model);
  if (first !== undefined) throw refusalOf(first);
}

/**
 * Everything about a model that lies outside of the profile, in the order of the file. What only
 * follows from another finding, such as the types behind a refused node, is left out.
 */
export function findProfileFaults(model: OnnxModel): readonly Finding[] {
  const { nodes = [], initializers = [] } = model.graph;
  if (initializers.length > MAX_INITIALIZERS) {
    const limit = `a model has at most ${MAX_INITIALIZERS}`;
    return [partFinding("the model", `has ${initializers.length} initializers`, limit)];
  }
  const findings = [
    ...checkVersions(model),
    ...refuseParts(model),
    ...initializers.flatMap((tensor) => checkTensor(tensor, "initializer")),
  ];
  if (nodes.length < 1 || nodes.length > MAX_NODES) {
    const limit = `a model has 1 to ${MAX_NODES}`;
    return [...findings, partFinding("the model", `has ${nodes.length} nodes`, limit)];
  }
  return [...findings, ...new GraphReview(model).findings()];
}

function checkVersions(model: OnnxModel): Finding[] {
  const findings: Finding[] = [];
  const ir = model.irVersion ?? 0n;
  if (!isWithin(ir, IR_RANGE)) {
    const advice = `save it with ${IR_RANGE.minimum} to ${IR_RANGE.maximum}`;
    findings.push(partFinding("the model", `has IR version ${ir}`, advice));
  }
  const seen = new Map<string, bigint>();
  for (const { domain, version = 0n } of model.operatorSets ?? []) {
    const name = canonicalDomain(domain);
    const before = seen.get(name);
    // Some exporters write a set twice, which is harmless while both say the same.
    if (before === version) continue;
    const reason = `imports ${setName(name)} ${before ?? 0n} and ${version}`;
    findings.push(
      ...(before === undefined ? checkSet(name, version) : [partFinding("the model", reason)]),
    );
    seen.set(name, version);
  }
  if (!seen.has(DEFAULT_DOMAIN)) {
    findings.push(partFinding("the model", "does not import the default operator set"));
  }
  return findings;
}

function checkSet(domain: string, version: bigint): readonly Finding[] {
  const range = OPERATOR_SETS.get(domain);
  if (range === undefined) {
    const advice = "remove it, or export without operators of other makers";
    return [partFinding("the model", `imports ${setName(domain)}`, advice)];
  }
  if (isWithin(version, range)) return [];
  const advice = `export with ${range.minimum} to ${range.maximum}`;
  return [partFinding("the model", `uses ${setName(domain)} ${version}`, advice)];
}

function setName(domain: string): string {
  return domain === DEFAULT_DOMAIN ? "operator set" : `operator set ${domain}`;
}

function refuseParts({ training, functions, graph }: OnnxModel): readonly Finding[] {
  const parts: ReadonlyArray<readonly [name: string, value: unknown, advice: string]> = [
    ["training information", training, "export for inference"],
    ["local functions", functions, "inline them: onnx.inliner.inline_local_functions"],
    ["sparse initializers", graph.sparseInitializers, "store them as dense tensors"],
    ["quantization annotations", graph.quantization, "remove them"],
  ];
  return parts
    .filter(([, value]) => value !== undefined)
    .map(([name, , advice]) => partFinding("the model", `has ${name}`, advice));
}

/** Walks a graph once: names, order, operators, what decides shapes, element types. */
class GraphReview {
  readonly #model: OnnxModel;
  readonly #sets: ImportedSets;
  readonly #types: ReadonlyMap<string, number>;
  readonly #defined = new Set<string>();
  /** Tensors whose values follow from shapes and constants alone. */
  readonly #shapeValues = new Set<string>();
  /** Tensors about which nothing is known, because something before them is refused. */
  readonly #unknown = new Set<string>();
  readonly #findings: Finding[] = [];

  constructor(model: OnnxModel) {
    this.#model = model;
    const sets = model.operatorSets ?? [];
    this.#sets = new Map(
      sets.map(({ domain, version = 0n }) => [canonicalDomain(domain), version]),
    );
    this.#types = inferTypes(model);
  }

  findings(): readonly Finding[] {
    const { initializers = [], inputs = [], nodes = [] } = this.#model.graph;
    for (const { name = "" } of initializers) {
      this.#defineGiven(name);
      this.#shapeValues.add(name);
    }
    for (const { name = "" } of inputs) this.#defineGiven(name);
    for (const [index, node] of nodes.entries()) this.#admit({ node, index });
    return this.#findings;
  }

  #admit(placed: PlacedNode): void {
    const { inputs = [], outputs = [] } = placed.node;
    const own = checkNode(placed, this.#sets);
    const order = this.#checkOrder(placed);
    const unknown =
      own.length > 0 || order.length > 0 || inputs.some((name) => this.#unknown.has(name));
    const rest = unknown ? [] : [...this.#checkShapes(placed), ...this.#checkTypes(placed)];
    // One by one: there may be more than a call takes arguments.
    for (const finding of [...own, ...order, ...rest]) this.#findings.push(finding);
    const known = followsFromShapes(placed.node, this.#shapeValues);
    for (const output of outputs) {
      if (output === "") continue;
      this.#define(output);
      if (known) this.#shapeValues.add(output);
      if (unknown || rest.length > 0) this.#unknown.add(output);
    }
  }

  /** Types of no use are findings of their own, or of the model's signature. */
  #defineGiven(name: string): void {
    this.#define(name);
    if (elementBytes(this.#typeOf(name)) === undefined) this.#unknown.add(name);
  }

  #typeOf(name: string): number {
    return this.#types.get(name) ?? 0;
  }

  #define(name: string): void {
    const bad = name === "" || this.#defined.has(name) || name.startsWith(RESERVED_PREFIX);
    if (bad) {
      const reason = "is empty, reserved or defined twice";
      this.#findings.push(partFinding(`tensor name "${name}"`, reason, "rename it"));
    }
    this.#defined.add(name);
  }

  #checkOrder(placed: PlacedNode): readonly Finding[] {
    const { inputs = [] } = placed.node;
    const missing = inputs.find((name) => name !== "" && !this.#defined.has(name));
    if (missing === undefined) return [];
    const advice = "sort the nodes by what they read";
    return [nodeFinding(placed, `reads ${missing} before it exists`, advice)];
  }

  #checkShapes(placed: PlacedNode): readonly Finding[] {
    const { operator = "", inputs = [] } = placed.node;
    return (findOperator(operator)?.shapeInputs ?? []).flatMap((position) => {
      const input = inputs[position] ?? "";
      if (input === "" || this.#shapeValues.has(input)) return [];
      const advice = `make input ${position} (${input}) a constant`;
      return [nodeFinding(placed, "has a shape that depends on data", advice)];
    });
  }

  #checkTypes(placed: PlacedNode): readonly Finding[] {
    const { operator = "", inputs = [], outputs = [] } = placed.node;
    const { types = [] } = findOperator(operator) ?? {};
    const [first = ""] = inputs;
    if (first !== "" && types.length > 0 && !types.includes(this.#typeOf(first))) {
      const advice = `cast it to ${types.map(elementTypeName).join(", ")}`;
      return [nodeFinding(placed, `reads ${elementTypeName(this.#typeOf(first))}`, advice)];
    }
    return outputs
      .filter((output) => output !== "" && elementBytes(this.#typeOf(output)) === undefined)
      .map((output) => this.#typeOf(output))
      .map((type) =>
        nodeFinding(placed, `yields element type ${elementTypeName(type)}`, typeAdvice(type)),
      );
  }
}
