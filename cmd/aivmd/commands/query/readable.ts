import { type JsonObject, type JsonValue, toJson } from "#core/codec/json.js";
import type { AnyCodec, Field } from "#core/codec/message.js";
import type { PackedMessage, TypeRegistry } from "#core/codec/typeRegistry.js";
import { toHex } from "#core/primitives/bytes.js";

/** A message as people read it: text, lists of it, and records of named values. */
export type Readable = string | readonly Readable[] | ReadableRecord;

/** Named values, in the order of the message's fields. */
export interface ReadableRecord {
  readonly entries: ReadonlyArray<readonly [name: string, value: Readable]>;
}

/** Longer byte strings are told by their length. */
const BYTES_SHOWN = 96;

const COINS = ["cosmos.base.v1beta1.Coin", "cosmos.base.v1beta1.DecCoin"];

/**
 * A message for people: coins as `5unes`, short byte strings in hex, enums without their prefix,
 * Anys with what they hold. Fails with `codec/2` or `codec/5` for an Any that does not decode.
 */
export function readable(codec: AnyCodec, message: object, types: TypeRegistry): Readable {
  return walk({ codec, message, json: toJson(codec, message, types) }, types);
}

/** Whether it is a record, not text and not a list. */
export function isRecord(value: Readable): value is ReadableRecord {
  return typeof value !== "string" && !Array.isArray(value);
}

/** A message beside its JSON, which knows the forms of times and decimals. */
interface Seen {
  readonly codec: AnyCodec;
  readonly message: object;
  readonly json: JsonValue;
}

function walk({ codec, message, json }: Seen, types: TypeRegistry): Readable {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return text(json);
  if (COINS.includes(codec.typeName)) return `${text(json["amount"])}${text(json["denom"])}`;
  if (codec.typeName !== "google.protobuf.Any") {
    return { entries: entriesOf(codec, message, json, types) };
  }
  const { typeUrl, value } = message as PackedMessage;
  const inner = types.get(typeUrl);
  const entries = entriesOf(inner, inner.decode(value), json, types);
  return { entries: [["@type", typeUrl], ...entries] };
}

type Entry = ReadableRecord["entries"][number];

function entriesOf(
  codec: AnyCodec,
  message: object,
  json: JsonObject,
  types: TypeRegistry,
): Entry[] {
  const values = message as Readonly<Record<string, unknown>>;
  return codec.fields.flatMap((field): Entry[] => {
    const shown = json[field.protoName];
    // Unset messages and unset members of a oneof say nothing.
    if (shown === undefined || shown === null) return [];
    const value = values[field.name];
    if (!Array.isArray(shown)) return [[field.protoName, single(field, value, shown, types)]];
    const elements = value as readonly unknown[];
    const list = shown.map((one, index) => single(field, elements[index], one, types));
    return [[field.protoName, list]];
  });
}

function single(field: Field, value: unknown, json: JsonValue, types: TypeRegistry): Readable {
  if (field.message !== undefined) {
    return walk({ codec: field.message(), message: value as object, json }, types);
  }
  if (field.kind === "enum") return withoutPrefix(field, text(json));
  if (value instanceof Uint8Array && field.form !== "dec") return bytesText(value);
  return text(json);
}

function text(json: JsonValue | undefined): string {
  return typeof json === "object" || json === undefined ? "" : String(json);
}

function bytesText(bytes: Uint8Array): string {
  if (bytes.length <= BYTES_SHOWN) return toHex(bytes);
  return `${bytes.length} bytes, ${toHex(bytes.subarray(0, 16))}…`;
}

function withoutPrefix({ enumNames = [] }: Field, name: string): string {
  const prefix = enumNames[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
