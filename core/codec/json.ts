import { fromBase64, toBase64, utf8, fromUtf8 } from "#core/primitives/bytes.js";
import { formatDec, parseDec } from "#core/primitives/dec.js";
import {
  formatFraction,
  formatInstant,
  isInstant,
  parseInstant,
  type Instant,
} from "./civilTime.js";
import { malformedJson, malformedWire } from "./errors.js";
import { type AnyCodec, type Field, isDefault, type MessageCodec } from "./message.js";
import type { PackedMessage, TypeRegistry } from "./typeRegistry.js";

/** What JSON.parse gives. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/**
 * Messages within messages, counting through every Any, that JSON is written or read for: decoding
 * bounds the depth of one message, but an Any starts afresh.
 */
const MAX_DEPTH = 64;

/**
 * JSON of a message as Cosmos gateways and genesis files write it: snake_case names, default
 * values present, unset members of a oneof absent, unset messages null, 64-bit integers as strings,
 * bytes as base64, enums by name, decimals with a point, an Any flattened beside its `@type`.
 * Object keys are in field order. Fails with `codec/2` or `codec/5` where an Any does not decode or
 * a time is out of its range: a message that came over the wire may hold either.
 */
export function toJson<T extends object>(
  codec: MessageCodec<T>,
  message: T,
  registry: TypeRegistry,
): JsonValue {
  return messageToJson(codec, message, { registry, depth: 0 });
}

/**
 * As {@link toJson}, in what REST differs: empty bytes are null, as gateways of the SDK have them.
 * Clients that go on while there is a `next_key` depend on it.
 */
export function toGatewayJson<T extends object>(
  codec: MessageCodec<T>,
  message: T,
  registry: TypeRegistry,
): JsonValue {
  return messageToJson(codec, message, { registry, depth: 0, isGateway: true });
}

/**
 * Reads what {@link toJson} writes; also camelCase names and integers as JSON numbers. Absent and
 * null fields keep their defaults; in a list, null is an empty Any. Fails with `codec/4`, whose detail
 * `at` names the path.
 */
export function fromJson<T extends object>(
  codec: MessageCodec<T>,
  json: unknown,
  options: { readonly registry: TypeRegistry; readonly at?: string },
): T {
  const at = options.at ?? "$";
  return messageFromJson(codec, json, { registry: options.registry, at, depth: 0 }) as T;
}

interface Level {
  readonly registry: TypeRegistry;
  readonly depth: number;
  readonly isGateway?: boolean;
}

interface Place extends Level {
  readonly at: string;
}

function messageToJson(codec: AnyCodec, message: object, level: Level): JsonValue {
  if (level.depth > MAX_DEPTH) {
    throw malformedWire({ at: codec.typeName, found: "messages nested too deep" });
  }
  switch (codec.typeName) {
    case "google.protobuf.Timestamp":
      return instantToJson(message as Instant);
    case "google.protobuf.Duration":
      return durationToJson(message as Instant);
    case "google.protobuf.Any":
      return anyToJson(message as PackedMessage, level);
    default:
  }
  const values = message as Readonly<Record<string, unknown>>;
  const json: JsonObject = {};
  for (const field of codec.fields) {
    const value = values[field.name];
    if (field.oneof !== undefined && isDefault(field, value)) continue;
    if (level.isGateway === true && isEmptyBytes(field, value)) {
      json[field.protoName] = null;
      continue;
    }
    json[field.protoName] = field.repeated
      ? (value as readonly unknown[]).map((element) => valueToJson(field, element, level))
      : valueToJson(field, value, level);
  }
  return json;
}

function isEmptyBytes(field: Field, value: unknown): boolean {
  if (field.kind !== "bytes" || field.repeated || field.form === "dec") return false;
  return isDefault(field, value);
}

/** Types whose JSON is no object of their fields, and so is held under `value` within an Any. */
const SPECIAL_TYPES: readonly string[] = [
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "google.protobuf.Any",
];

function anyToJson(packed: PackedMessage, level: Level): JsonValue {
  if (packed.typeUrl === "") return null;
  const codec = level.registry.get(packed.typeUrl);
  const inner = { ...level, depth: level.depth + 1 };
  const json = messageToJson(codec, codec.decode(packed.value), inner);
  if (SPECIAL_TYPES.includes(codec.typeName)) return { "@type": packed.typeUrl, value: json };
  return { "@type": packed.typeUrl, ...(json as JsonObject) };
}

function valueToJson(field: Field, value: unknown, level: Level): JsonValue {
  switch (field.kind) {
    case "message":
      return value === undefined || field.message === undefined
        ? null
        : messageToJson(field.message(), value as object, { ...level, depth: level.depth + 1 });
    case "bytes":
      return field.form === "dec"
        ? decToJson(fromUtf8(value as Uint8Array) ?? "")
        : toBase64(value as Uint8Array);
    case "string":
      return field.form === "dec" ? decToJson(value as string) : (value as string);
    case "enum":
      return field.enumNames?.find(([number]) => number === value)?.[1] ?? (value as number);
    case "bool":
      return value as boolean;
    case "int32":
    case "uint32":
      return value as number;
    default:
      return (value as bigint).toString();
  }
}

function decToJson(digits: string): string {
  return /^-?[0-9]+$/.test(digits) ? formatDec(BigInt(digits)) : formatDec(0n);
}

function instantToJson(instant: Instant): string {
  if (!isInstant(instant)) {
    throw malformedWire({ at: "google.protobuf.Timestamp", found: "a time out of range" });
  }
  return formatInstant(instant);
}

function durationToJson({ seconds, nanos }: Instant): string {
  const negative = seconds < 0n || nanos < 0;
  const whole = seconds < 0n ? -seconds : seconds;
  const mixed = negative && (seconds > 0n || nanos > 0);
  if (mixed || whole > LONGEST_SECONDS || Math.abs(nanos) > 999_999_999) {
    throw malformedWire({ at: "google.protobuf.Duration", found: "a duration out of range" });
  }
  const sign = negative ? "-" : "";
  return `${sign}${whole.toString()}${formatFraction(Math.abs(nanos))}s`;
}

function messageFromJson(codec: AnyCodec, json: unknown, place: Place): object {
  if (place.depth > MAX_DEPTH) throw malformedJson({ at: place.at, problem: "nested too deep" });
  switch (codec.typeName) {
    case "google.protobuf.Timestamp":
      return instantFromJson(json, place);
    case "google.protobuf.Duration":
      return durationFromJson(json, place);
    case "google.protobuf.Any":
      return anyFromJson(json, place);
    default:
  }
  const object = requireObject(json, place);
  const values: Record<string, unknown> = {};
  for (const name of Reflect.ownKeys(object)) {
    if (typeof name !== "string") continue;
    const field = codec.fields.find((one) => one.protoName === name || one.name === name);
    const at = `${place.at}.${name}`;
    if (field === undefined) throw malformedJson({ at, problem: "unknown field" });
    const value: unknown = object[name];
    if (value === null || value === undefined) continue;
    if (Object.hasOwn(values, field.name)) throw malformedJson({ at, problem: "the field twice" });
    values[field.name] = fieldFromJson(field, value, { ...place, at });
  }
  requireOneOf(codec, values, place);
  return codec.create(values);
}

function requireOneOf(
  codec: AnyCodec,
  values: Readonly<Record<string, unknown>>,
  place: Place,
): void {
  const taken = new Set<string>();
  for (const { name, oneof } of codec.fields) {
    if (oneof === undefined || !Object.hasOwn(values, name)) continue;
    if (taken.has(oneof)) {
      throw malformedJson({ at: place.at, problem: `two members of ${oneof}` });
    }
    taken.add(oneof);
  }
}

function anyFromJson(json: unknown, place: Place): PackedMessage {
  if (json === null) return { typeUrl: "", value: new Uint8Array(0) };
  const { "@type": typeUrl, ...rest } = requireObject(json, place);
  const at = `${place.at}.@type`;
  if (typeof typeUrl !== "string") throw malformedJson({ at, problem: "a type URL is missing" });
  const codec = place.registry.find(typeUrl);
  if (codec === undefined) throw malformedJson({ at, problem: `unknown type ${typeUrl}` });
  const inner = { ...place, depth: place.depth + 1 };
  if (!SPECIAL_TYPES.includes(codec.typeName)) {
    return { typeUrl, value: codec.encode(messageFromJson(codec, rest, inner)) };
  }
  const value = messageFromJson(codec, rest["value"], { ...inner, at: `${place.at}.value` });
  return { typeUrl, value: codec.encode(value) };
}

function fieldFromJson(field: Field, json: unknown, place: Place): unknown {
  if (!field.repeated) return valueFromJson(field, json, place);
  if (!Array.isArray(json)) throw malformedJson({ at: place.at, problem: "not a list" });
  return json.map((element: unknown, index) =>
    valueFromJson(field, element, { ...place, at: `${place.at}[${index}]` }),
  );
}

function valueFromJson(field: Field, json: unknown, place: Place): unknown {
  switch (field.kind) {
    case "message":
      return field.message === undefined
        ? undefined
        : messageFromJson(field.message(), json, { ...place, depth: place.depth + 1 });
    case "string":
      return field.form === "dec" ? decFromJson(json, place) : requireText(json, place);
    case "bytes":
      return field.form === "dec" ? utf8(decFromJson(json, place)) : bytesFromJson(json, place);
    case "bool":
      if (typeof json !== "boolean") throw malformedJson({ at: place.at, problem: "not a bool" });
      return json;
    case "enum":
      return enumFromJson(field, json, place);
    case "int32":
      return Number(integerFromJson(json, place, INTEGER_RANGES.int32));
    case "uint32":
      return Number(integerFromJson(json, place, INTEGER_RANGES.uint32));
    case "int64":
    case "sfixed64":
      return integerFromJson(json, place, INTEGER_RANGES.int64);
    case "uint64":
    case "fixed64":
      return integerFromJson(json, place, INTEGER_RANGES.uint64);
  }
}

const INTEGER_RANGES = {
  int32: { minimum: -(1n << 31n), maximum: (1n << 31n) - 1n },
  uint32: { minimum: 0n, maximum: (1n << 32n) - 1n },
  int64: { minimum: -(1n << 63n), maximum: (1n << 63n) - 1n },
  uint64: { minimum: 0n, maximum: (1n << 64n) - 1n },
} as const;

function integerFromJson(
  json: unknown,
  place: Place,
  range: { readonly minimum: bigint; readonly maximum: bigint },
): bigint {
  const digits = typeof json === "number" && Number.isSafeInteger(json) ? json.toString() : json;
  if (typeof digits !== "string" || !/^-?[0-9]{1,20}$/.test(digits)) {
    throw malformedJson({ at: place.at, problem: "not an integer" });
  }
  const value = BigInt(digits);
  if (value < range.minimum || value > range.maximum) {
    throw malformedJson({ at: place.at, problem: "integer out of range" });
  }
  return value;
}

function enumFromJson(field: Field, json: unknown, place: Place): number {
  const names = field.enumNames ?? [];
  const found = names.find(([number, name]) => number === json || name === json);
  if (found === undefined) {
    const known = names.map(([, name]) => name).join(", ");
    throw malformedJson({ at: place.at, problem: `not one of ${known}` });
  }
  return found[0];
}

function bytesFromJson(json: unknown, place: Place): Uint8Array {
  const bytes = typeof json === "string" ? fromBase64(json) : undefined;
  if (bytes === undefined) throw malformedJson({ at: place.at, problem: "not base64" });
  return bytes;
}

function decFromJson(json: unknown, place: Place): string {
  const value = typeof json === "string" ? parseDec(json) : undefined;
  if (value === undefined) throw malformedJson({ at: place.at, problem: "not a decimal" });
  return value.toString();
}

function requireText(json: unknown, place: Place): string {
  if (typeof json !== "string") throw malformedJson({ at: place.at, problem: "not a string" });
  // Lone surrogates have no UTF-8: the text would change when it is stored.
  if (/[\ud800-\udfff]/u.test(json)) throw malformedJson({ at: place.at, problem: "not Unicode" });
  return json;
}

function requireObject(json: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw malformedJson({ at: place.at, problem: "not an object" });
  }
  return json as Readonly<Record<string, unknown>>;
}

function instantFromJson(json: unknown, place: Place): Instant {
  const instant = typeof json === "string" ? parseInstant(json) : undefined;
  if (instant === undefined) throw malformedJson({ at: place.at, problem: "not an RFC 3339 time" });
  return instant;
}

/** Bound of google.protobuf.Duration, about 10,000 years. */
const LONGEST_SECONDS = 315_576_000_000n;

function durationFromJson(json: unknown, place: Place): Instant {
  const match =
    typeof json === "string" ? /^(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?s$/.exec(json) : null;
  if (match === null) throw malformedJson({ at: place.at, problem: "not a duration such as 10s" });
  const seconds = BigInt(match[2] ?? "0");
  const nanos = Number((match[3] ?? "").padEnd(9, "0"));
  if (seconds > LONGEST_SECONDS) throw malformedJson({ at: place.at, problem: "too long" });
  // Zero minus, because minus zero is another number.
  return match[1] === "-" ? { seconds: -seconds, nanos: 0 - nanos } : { seconds, nanos };
}
