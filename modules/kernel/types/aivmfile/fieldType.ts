import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { type ElementType, findElementTypeByName } from "../dataTypes.js";
import type { DirectiveLine, Word } from "./directiveLine.js";
import { rangeOf, sizeOf } from "./quantities.js";

const TENSOR = /^([a-z0-9]+)(?:\[([^\]]*)\])?$/;
const OPAQUE = /^(string|bytes)<=(.+)$/;

/**
 * The rest of an INPUT or OUTPUT line: a name, then `float32[1,64]`, `float32[1..128,64]`,
 * `string<=256` or `bytes<=1KiB`, and for floats an optional `nonfinite`.
 */
export function readField(line: DirectiveLine): Field {
  const name = line.next("a name").text;
  const word = line.next("a type such as float32[1,64]");
  const opaque = OPAQUE.exec(word.text);
  const field = opaque === null ? tensorField(line, word) : opaqueField(line, word, opaque);
  const allowNonFinite = line.take("nonfinite");
  line.end();
  return { ...field, name, allowNonFinite };
}

function opaqueField(line: DirectiveLine, word: Word, match: RegExpExecArray): Field {
  const [, name = "", size = ""] = match;
  const dataType = name === "string" ? DataType.STRING : DataType.BYTES;
  return fieldOf(dataType, { shape: [], maxBytes: sizeOf(line, word, size) });
}

function tensorField(line: DirectiveLine, word: Word): Field {
  const [, name = "", shape = ""] = TENSOR.exec(word.text) ?? [];
  const element = findElementTypeByName(name);
  if (element === undefined) {
    throw line.errorAt(word, { found: word.text, expected: "a type such as float32[1,64]" });
  }
  refuseUnbounded(line, word, element);
  const extents = shape === "" ? [] : shape.split(",");
  const dimensions = extents.map((extent) => rangeOf(line, word, extent));
  return fieldOf(element.type, { shape: dimensions, maxBytes: 0n });
}

function refuseUnbounded(line: DirectiveLine, word: Word, element: ElementType): void {
  if (element.size > 0) return;
  throw line.errorAt(word, { found: word.text, expected: `${element.name}<= and a size` });
}

function fieldOf(dataType: DataType, rest: Pick<Field, "shape" | "maxBytes">): Field {
  return { name: "", dataType, allowNonFinite: false, ...rest };
}
