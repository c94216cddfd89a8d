import { fromBase64, utf8 } from "#core/primitives/bytes.js";
import { parseDec } from "#core/primitives/dec.js";
import { malformedJson } from "../errors.js";
import type { AnyCodec, Field, MessageCodec } from "../message.js";
import type { PackedMessage } from "../typeRegistry.js";
import { aminoName } from "./toAmino.js";

/** Messages within messages that are read. */
const MAX_DEPTH = 32;

/**
 * Reads what `toAmino` writes. `types` are those that an Any may hold. Fails with `codec/4`, which
 * names the path.
 */
export function fromAmino<T extends object>(
  codec: MessageCodec<T>,
  json: unknown,
  types: readonly AnyCodec[] = [],
): T {
  return messageFromAmino(codec, json, { types, at: "$", depth: 0 }) as T;
}

interface Place {
  readonly types: readonly AnyCodec[];
  readonly at: string;
  readonly depth: number;
}

function messageFromAmino(codec: AnyCodec, json: unknown, place: Place): object {
  if (place.depth > MAX_DEPTH) throw malformedJson({ at: place.at, problem: "nested too deep" });
  if (codec.typeName === "google.protobuf.Any") return anyFromAmino(json, place);
  if (codec.amino.encoding === "key_field") return codec.create({ key: readBytes(json, place) });
  const object = readObject(json, place);
  const values: Record<string, unknown> = {};
  for (const name of Reflect.ownKeys(object)) {
    if (typeof name !== "string") continue;
    const field = codec.fields.find((one) => (one.amino?.name ?? one.protoName) === name);
    const inner = { ...place, at: `${place.at}.${name}` };
    if (field === undefined) throw malformedJson({ at: inner.at, problem: "unknown field" });
    const value = object[name];
    if (value === null || value === undefined) continue;
    values[field.name] = fieldFromAmino(field, value, inner);
  }
  return codec.create(values);
}

function fieldFromAmino(field: Field, json: unknown, place: Place): unknown {
  if (!field.repeated) return valueFromAmino(field, json, place);
  if (!Array.isArray(json)) throw malformedJson({ at: place.at, problem: "not a list" });
  return json.map((element, index) =>
    valueFromAmino(field, element, { ...place, at: `${place.at}[${index}]` }),
  );
}

function valueFromAmino(field: Field, json: unknown, place: Place): unknown {
  switch (field.kind) {
    case "message":
      return field.message === undefined
        ? undefined
        : messageFromAmino(field.message(), json, { ...place, depth: place.depth + 1 });
    case "bytes":
      return field.form === "dec" ? utf8(readDec(json, place)) : readBytes(json, place);
    case "string":
      return field.form === "dec" ? readDec(json, place) : readText(json, place);
    case "bool":
      if (typeof json === "boolean") return json;
      throw malformedJson({ at: place.at, problem: "not a boolean" });
    case "int32":
    case "uint32":
    case "enum":
      return Number(readInteger(String(json), place));
    default:
      return readInteger(readText(json, place), place);
  }
}

function anyFromAmino(json: unknown, place: Place): PackedMessage {
  const { type, value } = readObject(json, place);
  const codec = place.types.find((one) => aminoName(one) === type);
  if (codec === undefined) {
    throw malformedJson({ at: `${place.at}.type`, problem: `unknown type ${String(type)}` });
  }
  const inner = { ...place, at: `${place.at}.value`, depth: place.depth + 1 };
  return { typeUrl: codec.typeUrl, value: codec.encode(messageFromAmino(codec, value, inner)) };
}

function readObject(json: unknown, { at }: Place): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Readonly<Record<string, unknown>>;
  }
  throw malformedJson({ at, problem: "not an object" });
}

function readText(json: unknown, { at }: Place): string {
  if (typeof json === "string") return json;
  throw malformedJson({ at, problem: "not a string" });
}

function readBytes(json: unknown, place: Place): Uint8Array {
  const bytes = fromBase64(readText(json, place));
  if (bytes === undefined) throw malformedJson({ at: place.at, problem: "not base64" });
  return bytes;
}

function readInteger(text: string, { at }: Place): bigint {
  if (/^-?[0-9]{1,20}$/.test(text)) return BigInt(text);
  throw malformedJson({ at, problem: "not an integer" });
}

function readDec(json: unknown, place: Place): string {
  const text = readText(json, place);
  const value = parseDec(text);
  if (value === undefined) throw malformedJson({ at: place.at, problem: "not a decimal" });
  return value.toString();
}
