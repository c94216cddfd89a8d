import { maxBig } from "#core/primitives/intMath.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { OnnxModel, OnnxNode } from "./model.js";
import { type Shape, elementsOf } from "./operatorCost.js";
import { NODE_GAS, RUN_GAS, findOperator } from "./profile.js";
import { elementBytes, inferTypes } from "./tensorTypes.js";

/** What one run of a model costs for one set of input shapes. */
export interface ModelCost {
  readonly gas: bigint;
  /** Bytes of the tensors that live at once at the peak, constants apart. */
  readonly peakTensorBytes: bigint;
}

/** Names of the tensors that nodes compute, in graph order: what a shape probe asks for. */
export function computedTensors(model: OnnxModel): string[] {
  const { nodes = [] } = model.graph;
  return nodes.flatMap(({ outputs = [] }) => outputs.filter((name) => name !== ""));
}

/**
 * Gas and memory of a run whose tensors have these shapes (inputs and computed tensors by name):
 * for each node a fixed part and its operator's formula. Depends on the file and the shapes alone,
 * not on what the runtime fuses.
 */
export function computeModelCost(model: OnnxModel, shapes: ReadonlyMap<string, Shape>): ModelCost {
  const all = new Map(shapes);
  for (const { name = "", dims = [] } of model.graph.initializers ?? []) all.set(name, dims);
  let gas = RUN_GAS;
  for (const node of model.graph.nodes ?? []) gas += NODE_GAS + nodeGas(node, all);
  return { gas, peakTensorBytes: computePeak(model, shapes) };
}

function nodeGas(node: OnnxNode, shapes: ReadonlyMap<string, Shape>): bigint {
  const profile = assertDefined(findOperator(node.operator ?? ""), "the profile was checked");
  return profile.cost.gas({
    node,
    inputs: (node.inputs ?? []).map((name) => shapes.get(name)),
    outputs: (node.outputs ?? []).map((name) => shapes.get(name)),
  });
}

/** A tensor lives from the node that computes it to the last one that reads it, outputs to the end. */
function computePeak(model: OnnxModel, shapes: ReadonlyMap<string, Shape>): bigint {
  const types = inferTypes(model);
  const bytesOf = (name: string): bigint =>
    elementsOf(shapes.get(name)) * BigInt(elementBytes(types.get(name) ?? 0) ?? 0);
  const lastReader = findLastReaders(model);
  let live = 0n;
  for (const { name = "" } of model.graph.inputs ?? []) live += bytesOf(name);
  let peak = live;
  for (const [index, { inputs = [], outputs = [] }] of (model.graph.nodes ?? []).entries()) {
    for (const output of outputs) live += bytesOf(output);
    peak = maxBig(peak, live);
    for (const name of new Set([...inputs, ...outputs])) {
      if ((lastReader.get(name) ?? index) === index) live -= bytesOf(name);
    }
  }
  return peak;
}

/** Position of the last node that reads each tensor; outputs of the graph are read after the last. */
function findLastReaders({ graph }: OnnxModel): Map<string, number> {
  const readers = new Map<string, number>();
  const { nodes = [], outputs = [] } = graph;
  for (const [index, { inputs = [] }] of nodes.entries()) {
    for (const name of inputs) readers.set(name, index);
  }
  for (const { name = "" } of outputs) readers.set(name, nodes.length);
  return readers;
}
