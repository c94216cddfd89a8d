import { attempt } from "#core/codec/attempt.js";
import { type Field, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { findElementType } from "#modules/kernel/types/dataTypes.js";
import { unfitJson, wrongDimensions, wrongLength } from "#modules/kernel/types/errors.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import { SdkError } from "../errors.js";
import { fieldType } from "./fieldType.js";

/**
 * The canonical bytes of an input, an object with a value for each field: numbers, nested or flat
 * arrays and typed arrays in row-major order, `{ dims, data }`, bigints or decimal strings for
 * 64-bit integers, text, and `Uint8Array` or base64 for bytes. Fails with `INPUT_UNFIT`, which
 * names the field, what it expects and what it got; `inputIndex` is the place within a request.
 *
 * @example
 * const bytes = encodeInput(manifest.inputs, { image: new Uint8Array(64) });
 */
export function encodeInput(
  fields: readonly Field[],
  input: object,
  inputIndex: number = 0,
): Uint8Array {
  const set = attempt(() => valuesFromJson(fields, input));
  if (!(set instanceof ChainError)) return ValueSet.encode(set);
  const { name, problem } = explain(fields, set);
  const field = fields.find((one) => one.name === name);
  const expected = field === undefined ? expectedFields(fields) : fieldType(field);
  throw new SdkError("INPUT_UNFIT", { inputIndex, field: name, expected, problem }, set);
}

function expectedFields(fields: readonly Field[]): string {
  return fields.map((field) => `${field.name}: ${fieldType(field)}`).join(", ");
}

interface Misfit {
  readonly name: string;
  readonly problem: string;
}

/** The field that a ChainError is about, and what is wrong with it in a caller's words. */
function explain(fields: readonly Field[], error: ChainError): Misfit {
  const { detail } = error;
  if (unfitJson.is(error)) {
    const at = String(detail["at"] ?? "");
    const name = at.replace(/\[.*$/, "");
    return {
      name,
      problem: at === name ? `got ${detail["found"]}` : `${at} is ${detail["found"]}`,
    };
  }
  const name = String(detail["field"] ?? "");
  if (wrongDimensions.is(error)) return { name, problem: dimensionProblem(detail) };
  if (wrongLength.is(error)) {
    return {
      name,
      problem: lengthProblem(
        fields.find((one) => one.name === name),
        detail,
      ),
    };
  }
  return { name, problem: `element ${detail["position"] ?? 0} is ${detail["found"]}` };
}

function dimensionProblem({ rank, axis, found, expected }: ChainError["detail"]): string {
  if (axis === undefined) return `got ${rank} dimensions instead of ${expected}`;
  return `axis ${axis} has ${found} elements instead of ${expected}`;
}

function lengthProblem(field: Field | undefined, detail: ChainError["detail"]): string {
  const { foundBytes, expectedBytes, maximumBytes } = detail;
  if (maximumBytes !== undefined) return `got ${foundBytes} bytes`;
  const size = BigInt((field && findElementType(field.dataType)?.size) ?? 1);
  const elements = (bytes: typeof foundBytes): bigint => BigInt(bytes ?? 0) / size;
  return `got ${elements(foundBytes)} elements instead of ${elements(expectedBytes)}`;
}
