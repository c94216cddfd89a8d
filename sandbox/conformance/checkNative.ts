import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import type { ConformanceResult } from "../executor.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import type { ModelRuntime } from "../onnx/session.js";
import type { Tensor } from "../tensor.js";
import { type OperatorGroup, operatorGroups } from "./operatorGroups.js";
import { readNumbers } from "./readNumbers.js";

/** Beyond rounding, and within what an operator that is computed differently could be taken for. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-4;
/** A quantised value at the border of two may fall to either side. */
const QUANTISED_STEP = 1;

interface GroupResult {
  readonly types: readonly DataType[];
  readonly outputs: readonly Tensor[];
  /** Gas and peak bytes. */
  readonly cost: string;
}

/**
 * Whether the native engine gives what the reference engine gives: operators in groups with equal
 * shapes, gas and peak bytes, equal whole numbers, and floats that are near. Bits are not compared,
 * since they differ lawfully.
 */
export async function checkNative(
  native: ModelRuntime,
  reference: ModelRuntime,
): Promise<ConformanceResult> {
  for (const group of operatorGroups()) {
    const [found, wanted] = [await runGroup(native, group), await runGroup(reference, group)];
    const difference = findDifference(found, wanted);
    if (difference !== undefined) {
      return { conforms: false, reason: `native operators/${group.name}: ${difference}` };
    }
  }
  return { conforms: true };
}

async function runGroup(runtime: ModelRuntime, group: OperatorGroup): Promise<GroupResult> {
  const model = await LoadedModel.load(runtime, group.file);
  const outputs = await model.run(group.inputs);
  const { gas, peakTensorBytes } = await model.largestCost();
  const types = model.signature.outputs.map(({ type }) => type);
  await model.release();
  return { types, outputs, cost: `${gas} gas, ${peakTensorBytes} bytes` };
}

/** How a result departs from the reference's; undefined when it is near enough. */
export function findDifference(found: GroupResult, wanted: GroupResult): string | undefined {
  if (found.cost !== wanted.cost) return `${found.cost}, not ${wanted.cost}`;
  for (const [index, type] of wanted.types.entries()) {
    const [a, b] = [found.outputs[index], wanted.outputs[index]];
    if (a === undefined || b === undefined || !isNear(type, a, b)) {
      return `output ${index} is not the reference's`;
    }
  }
  return undefined;
}

function isNear(type: DataType, found: Tensor, wanted: Tensor): boolean {
  if (found.dims.join() !== wanted.dims.join()) return false;
  const [a, b] = [readNumbers(type, found.data), readNumbers(type, wanted.data)];
  return a.every((value, index) => isNearNumber(type, value, b[index] ?? NaN));
}

function isNearNumber(type: DataType, a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const difference = Math.abs(a - b);
  switch (type) {
    case DataType.FLOAT32:
    case DataType.FLOAT64:
      return difference <= ABSOLUTE + RELATIVE * Math.abs(b);
    case DataType.INT8:
    case DataType.UINT8:
      return difference <= QUANTISED_STEP;
    default:
      return false;
  }
}
