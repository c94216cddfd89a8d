import { fromUtf8, toBase64 } from "#core/primitives/bytes.js";
import { formatDec } from "#core/primitives/dec.js";
import { malformedWire } from "../errors.js";
import type { JsonObject, JsonValue } from "../json.js";
import { type AnyCodec, type Field, isDefault, type MessageCodec } from "../message.js";
import type { PackedMessage, TypeRegistry } from "../typeRegistry.js";

/** Messages within messages, counting through every Any, that amino JSON is written for. */
const MAX_DEPTH = 32;

/** A message in amino JSON beside the name of its type, as sign documents and Anys hold it. */
export type AminoMsg = { readonly type: string; readonly value: JsonValue };

/**
 * Amino JSON of a message, as `x/tx` of the Cosmos SDK v0.50.14 writes it: names of the proto unless
 * the proto says otherwise, default values left out unless they are kept, 64-bit integers as
 * strings, enums as numbers, decimals with 18 places, bytes as base64. Fails with `codec/2` for what
 * has no such form: times, members of a oneof, decimals that are none, an Any that does not decode;
 * with `codec/5` for an Any of an unknown type.
 */
export function toAmino<T extends object>(
  codec: MessageCodec<T>,
  message: T,
  registry: TypeRegistry,
): JsonValue {
  return messageToAmino(codec, message, { registry, depth: 0 });
}

/** A message with the name of its type; see {@link toAmino}. */
export function toAminoMsg<T extends object>(
  codec: MessageCodec<T>,
  message: T,
  registry: TypeRegistry,
): AminoMsg {
  return { type: aminoName(codec), value: toAmino(codec, message, registry) };
}

/** The name of a type in amino JSON: the proto's, else the type URL. */
export function aminoName(codec: Pick<AnyCodec, "amino" | "typeUrl">): string {
  return codec.amino.name ?? codec.typeUrl;
}

interface Level {
  readonly registry: TypeRegistry;
  readonly depth: number;
}

function messageToAmino(codec: AnyCodec, message: object, level: Level): JsonValue {
  if (level.depth > MAX_DEPTH) {
    throw malformedWire({ at: codec.typeName, found: "messages nested too deep" });
  }
  switch (codec.typeName) {
    case "google.protobuf.Any":
      return anyToAmino(message as PackedMessage, level);
    case "google.protobuf.Timestamp":
    case "google.protobuf.Duration":
      throw malformedWire({ at: codec.typeName, found: "a time, which amino JSON is not for" });
    default:
  }
  const values = message as Readonly<Record<string, unknown>>;
  switch (codec.amino.encoding) {
    case "key_field":
      return toBase64(values["key"] as Uint8Array);
    case "threshold_string":
      return thresholdToAmino(values, level);
    default:
      return fieldsToAmino(codec, values, level);
  }
}

function fieldsToAmino(
  codec: AnyCodec,
  values: Readonly<Record<string, unknown>>,
  level: Level,
): JsonValue {
  const json: JsonObject = {};
  for (const field of codec.fields) {
    const value = values[field.name];
    if (isLeftOut(field, value)) continue;
    if (field.oneof !== undefined) {
      throw malformedWire({ at: codec.typeName, found: "a oneof, which amino JSON is not for" });
    }
    json[field.amino?.name ?? field.protoName] = field.repeated
      ? listToAmino(field, value as readonly unknown[], level)
      : valueToAmino(field, value, level);
  }
  return json;
}

/** Default values are, unless the proto keeps them; a message that is always there never is. */
function isLeftOut(field: Field, value: unknown): boolean {
  if (field.amino?.kept === true) return false;
  return field.repeated ? (value as readonly unknown[]).length === 0 : isDefault(field, value);
}

function listToAmino(field: Field, list: readonly unknown[], level: Level): JsonValue {
  if (list.length === 0 && field.amino?.encoding !== "legacy_coins") return null;
  return list.map((element) => valueToAmino(field, element, level));
}

function valueToAmino(field: Field, value: unknown, level: Level): JsonValue {
  switch (field.kind) {
    case "message":
      if (value === undefined || field.message === undefined) return null;
      return messageToAmino(field.message(), value as object, deeper(level));
    case "bytes":
      if (field.form === "dec") return decToAmino(field, fromUtf8(value as Uint8Array) ?? "?");
      return toBase64(value as Uint8Array);
    case "string":
      return stringToAmino(field, value as string);
    case "bool":
      return value as boolean;
    case "int32":
    case "uint32":
    case "enum":
      return value as number;
    default:
      return (value as bigint).toString();
  }
}

function stringToAmino(field: Field, text: string): string {
  if (field.form === "dec") return decToAmino(field, text);
  return text === "" && field.amino?.encoding === "int" ? "0" : text;
}

function decToAmino(field: Field, digits: string): string {
  if (digits === "") return "0";
  if (/^-?[0-9]+$/.test(digits)) return formatDec(BigInt(digits));
  throw malformedWire({ at: field.protoName, found: "a decimal that is no integer of 10^-18" });
}

function anyToAmino(packed: PackedMessage, level: Level): JsonValue {
  const codec = level.registry.get(packed.typeUrl);
  const value = messageToAmino(codec, codec.decode(packed.value), deeper(level));
  return { type: aminoName(codec), value };
}

function thresholdToAmino(values: Readonly<Record<string, unknown>>, level: Level): JsonValue {
  const keys = values["publicKeys"] as readonly PackedMessage[];
  const pubkeys = keys.map((key) => anyToAmino(key, deeper(level)));
  return { threshold: String(values["threshold"]), pubkeys };
}

function deeper({ registry, depth }: Level): Level {
  return { registry, depth: depth + 1 };
}
