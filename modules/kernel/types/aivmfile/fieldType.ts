import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { type ElementType, findElementTypeByName } from "../dataTypes.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import { rangeOf, sizeOf } from "./quantities.js";

const TENSOR = /^([a-z0-9]+)(?:\[([^\]]*)\])?$/;
const OPAQUE = /^(string|bytes)<=(.+)$/;

/** A field and where its name, its type and `nonfinite` stand. */
export interface PlacedField {
  readonly field: Field;
  readonly name: Word;
  readonly type: Word;
  readonly nonfinite: Word | undefined;
}

/**
 * The rest of an INPUT or OUTPUT line: a name, then `float32[1,64]`, `float32[1..128,64]`,
 * `string<=256` or `bytes<=1KiB`, and for floats an optional `nonfinite`.
 */
export function readField(line: DirectiveLine): PlacedField {
  const name = line.next("a name");
  const type = line.next("a type such as float32[1,64]");
  const opaque = OPAQUE.exec(type.text);
  const field = opaque === null ? tensorField(line, type) : opaqueField(line, type, opaque);
  const nonfinite = line.take("nonfinite");
  line.end();
  const allowNonFinite = nonfinite !== undefined;
  return { field: { ...field, name: name.text, allowNonFinite }, name, type, nonfinite };
}

function opaqueField(line: DirectiveLine, word: Word, match: RegExpExecArray): Field {
  const [, name = "", size = ""] = match;
  const dataType = name === "string" ? DataType.STRING : DataType.BYTES;
  return fieldOf(dataType, { shape: [], maxBytes: sizeOf(line, word, size) });
}

function tensorField(line: DirectiveLine, word: Word): Field {
  const [, name = "", shape = ""] = TENSOR.exec(word.text) ?? [];
  const element = findElementTypeByName(name);
  if (element === undefined) throw line.mistake(word, "type");
  refuseUnbounded(line, word, element);
  const extents = shape === "" ? [] : shape.split(",");
  const dimensions = extents.map((extent) => rangeOf(line, word, extent));
  return fieldOf(element.type, { shape: dimensions, maxBytes: 0n });
}

function refuseUnbounded(line: DirectiveLine, word: Word, element: ElementType): void {
  if (element.size > 0) return;
  throw line.mistake(word, "unbounded", { type: element.name });
}

function fieldOf(dataType: DataType, rest: Pick<Field, "shape" | "maxBytes">): Field {
  return { name: "", dataType, allowNonFinite: false, ...rest };
}
