import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import {
  type AttributeDraft,
  float32Data,
  int64Data,
  type TensorDraft,
} from "#sandbox/onnx/encodeModel.js";
import { MEASURED } from "#sandbox/onnx/measured.js";
import { allOperators } from "#sandbox/onnx/profile.js";
import { fedBytes } from "./fedBytes.js";

/** An input of a timed node: a tensor that is fed, a constant of the model, or none. */
export type TimedInput =
  | { readonly type: number; readonly dims: readonly number[] }
  | { readonly constant: TensorDraft }
  | "absent";

/** A node that takes long enough to be timed. */
export interface TimedCase {
  readonly operator: string;
  readonly domain: string;
  readonly version: number;
  readonly inputs: readonly TimedInput[];
  readonly outputs: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeDraft>>;
  /** What is special about it. */
  readonly note: string;
}

/** What of a case is not the operator's own. */
export interface TimedDraft {
  readonly inputs: readonly TimedInput[];
  readonly outputs?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeDraft>>;
  readonly note?: string;
}

const F32 = DataType.FLOAT32;
const I64 = DataType.INT64;

/** An input that is fed. */
export const fed = (dims: readonly number[], type: number = F32): TimedInput => ({ type, dims });
/** A constant list of int64. */
export const indices = (...values: number[]): TimedInput => ({
  constant: { type: I64, dims: [values.length], data: int64Data(values.map(BigInt)) },
});
/** A constant int64. */
export const index = (value: number): TimedInput => ({
  constant: { type: I64, dims: [], data: int64Data([BigInt(value)]) },
});
/** A constant float32. */
export const scalar = (value: number): TimedInput => ({
  constant: { type: F32, dims: [], data: float32Data([value]) },
});
/** A constant of one byte. */
export const bytes = (type: number, value: number): TimedInput => ({
  constant: { type, dims: [], data: Uint8Array.of(value) },
});

/** The same draft for several operators, in their last operator sets. */
export function cases(names: string, draft: TimedDraft): TimedCase[] {
  return names.split(" ").map((operator) => {
    const profile = allOperators().find(({ name }) => name === operator);
    const { domain = "", until = 17, types = [] } = profile ?? {};
    const [first] = draft.inputs;
    const type = typeof first === "object" && "type" in first ? first.type : F32;
    return {
      operator,
      domain,
      version: until,
      outputs: [types.length > 0 ? type : F32],
      attributes: {},
      note: "",
      ...draft,
    };
  });
}

/** As {@link cases}, for each element type that the runtime takes. */
export function typed(names: string, draft: (type: number) => TimedDraft): TimedCase[] {
  return names.split(" ").flatMap((name) => {
    const { types } = assertDefined(MEASURED.get(name), `${name} was measured`);
    return types.flatMap((type) => cases(name, { note: `type ${type}`, ...draft(type) }));
  });
}

/** What divides may not be zero, which shapes are found with. */
export const constant = (dims: readonly number[], type: number): TimedInput => ({
  constant: { type, dims, data: fedBytes(type, dims) },
});

/** Numbers from 0 on in steps of seven, modulo a bound. */
export function ramp(count: number, below: number): number[] {
  return Array.from({ length: count }, (_, at) => (at * 7) % below);
}

/** Indices below 1024. */
export function grid(rows: number, columns: number): TimedInput {
  const values = ramp(rows * columns, 1021).map(BigInt);
  return { constant: { type: I64, dims: [rows, columns], data: int64Data(values) } };
}
