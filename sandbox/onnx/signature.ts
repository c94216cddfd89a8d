import type { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { type Finding, ModelRefusal } from "./errors.js";
import { partFinding, refusalOf } from "./findings.js";
import type { OnnxDimension, OnnxModel, OnnxValue } from "./model.js";
import type { Shape } from "./operatorCost.js";
import { typeAdvice } from "./nodeCheck.js";
import { elementBytes, elementTypeName, inferTypes } from "./tensorTypes.js";

/** One axis of a model's input: static, or bounded by the model's metadata. */
export interface ModelAxis {
  readonly minimum: bigint;
  readonly maximum: bigint;
}

/** One input of a model. */
export interface ModelInput {
  readonly name: string;
  readonly type: DataType;
  readonly axes: readonly ModelAxis[];
}

/** One output of a model; its shape follows from the inputs'. */
export interface ModelOutput {
  readonly name: string;
  readonly type: DataType;
}

/** What a model takes and gives. */
export interface ModelSignature {
  readonly inputs: readonly ModelInput[];
  readonly outputs: readonly ModelOutput[];
}

/** Metadata key prefix under which a model states the largest value of a symbolic dimension. */
const DIMENSION_BOUND_PREFIX = "aivm.max.";
const MAX_TENSORS = 64;
const MAX_NAME_LENGTH = 128;
const MAX_RANK = 8;
const MAX_EXTENT = 1n << 31n;

/**
 * Reads a model's inputs and outputs. Throws {@link ModelRefusal} for what is not a tensor of a
 * supported type, and for a dimension that is neither static nor bounded by the metadata.
 */
export function readSignature(model: OnnxModel): ModelSignature {
  const { inputs = [], outputs = [] } = model.graph;
  const types = inferTypes(model);
  checkCounts(model);
  return {
    inputs: inputs.map((value) => readInput(model, value)),
    outputs: outputs.map((value) => readOutput(value, types)),
  };
}

/** Everything about a model's inputs and outputs that {@link readSignature} refuses. */
export function findSignatureFaults(model: OnnxModel): readonly Finding[] {
  const { inputs = [], outputs = [] } = model.graph;
  const types = inferTypes(model);
  return [
    ...faultOf(() => {
      checkCounts(model);
    }),
    ...inputs.flatMap((value) => faultOf(() => readInput(model, value))),
    ...outputs.flatMap((value) => faultOf(() => readOutput(value, types))),
  ];
}

function faultOf(read: () => unknown): readonly Finding[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ModelRefusal && error.finding !== undefined) return [error.finding];
    throw error;
  }
}

function checkCounts({ graph: { inputs = [], outputs = [] } }: OnnxModel): void {
  if (inputs.length <= MAX_TENSORS && outputs.length >= 1 && outputs.length <= MAX_TENSORS) return;
  const reason = `has ${inputs.length} inputs and ${outputs.length} outputs`;
  throw refused("the model", reason, `at most ${MAX_TENSORS} of each, and one output at least`);
}

function refused(place: string, reason: string, advice = ""): ModelRefusal {
  return refusalOf(partFinding(place, reason, advice));
}

/** The shape of an input at its largest extents. */
export function largestShape(input: ModelInput): Shape {
  return input.axes.map(({ maximum }) => maximum);
}

/** Why tensors of these shapes do not fit the inputs; undefined when they do. */
export function findShapeMismatch(
  inputs: readonly ModelInput[],
  shapes: readonly Shape[],
): string | undefined {
  for (const [index, input] of inputs.entries()) {
    const shape = shapes[index] ?? [];
    const fits =
      shape.length === input.axes.length &&
      input.axes.every(({ minimum, maximum }, axis) => {
        const extent = shape[axis] ?? 0n;
        return extent >= minimum && extent <= maximum;
      });
    if (!fits) return `input ${input.name} has dims ${shape.join("x")}`;
  }
  return undefined;
}

function readInput(model: OnnxModel, value: OnnxValue): ModelInput {
  const name = checkName(value);
  const tensor = value.type?.tensor;
  const place = `input ${name}`;
  if (tensor === undefined) {
    throw refused(place, "is not a tensor", "sequences, maps and optionals are refused");
  }
  const type = Number(tensor.elementType ?? 0n);
  if (elementBytes(type) === undefined) {
    throw refused(place, `has element type ${elementTypeName(type)}`, typeAdvice(type));
  }
  if (tensor.shape === undefined) throw refused(place, "has no shape", "declare its dimensions");
  const dimensions = tensor.shape.dimensions ?? [];
  if (dimensions.length > MAX_RANK) {
    throw refused(place, `has ${dimensions.length} axes`, `at most ${MAX_RANK}`);
  }
  const axes = dimensions.map((dimension) => readAxis(model, dimension, name));
  return { name, type: type as DataType, axes };
}

function readAxis(model: OnnxModel, dimension: OnnxDimension, input: string): ModelAxis {
  const { value, parameter = "" } = dimension;
  if (value !== undefined) {
    if (value < 1n || value > MAX_EXTENT) {
      throw refused(`input ${input}`, `has a dimension of ${value}`, "at least 1");
    }
    return { minimum: value, maximum: value };
  }
  const key = DIMENSION_BOUND_PREFIX + parameter;
  const bound = model.metadata?.find((entry) => entry.key === key)?.value ?? "";
  if (parameter === "" || !/^[1-9][0-9]{0,8}$/.test(bound)) {
    const advice =
      parameter === ""
        ? `use a number, or name it and set metadata ${DIMENSION_BOUND_PREFIX}NAME`
        : `set metadata ${key} to its largest value, or use a number`;
    throw refused(`input ${input}`, `has an unbounded dimension ${parameter}`.trimEnd(), advice);
  }
  return { minimum: 1n, maximum: BigInt(bound) };
}

function readOutput(value: OnnxValue, types: ReadonlyMap<string, number>): ModelOutput {
  const name = checkName(value);
  const type = types.get(name);
  if (type === undefined) throw refused(`output ${name}`, "is not a tensor of the graph");
  return { name, type: type as DataType };
}

function checkName({ name = "" }: OnnxValue): string {
  if (name.length < 1 || name.length > MAX_NAME_LENGTH) {
    throw refused("an input or output", "has no name or a long one");
  }
  return name;
}
