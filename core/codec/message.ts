import { equalBytes } from "#core/primitives/bytes.js";
import { malformedWire, notCanonical } from "./errors.js";
import { WireReader } from "./wire/reader.js";
import { WireWriter } from "./wire/writer.js";

/** Scalar kinds of protobuf that the served packages use. */
export type ScalarKind =
  | "string"
  | "bytes"
  | "bool"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "fixed64"
  | "sfixed64"
  | "enum";

/** How a string or bytes field is written in JSON, where the SDK departs from proto JSON. */
export type FieldForm = "dec" | undefined;

/** How amino JSON, which Ledger devices sign, departs from proto JSON for a field. */
export interface AminoField {
  /** Name in place of the proto's. */
  readonly name?: string;
  /** Written even when it has its default value. */
  readonly kept?: boolean;
  /** Lists of coins are `[]` and not `null` when empty; integers in strings are `0`. */
  readonly encoding?: "legacy_coins" | "int";
}

/** How amino JSON names a message, and writes it. */
export interface AminoMessage {
  /** Type that is written beside it where it stands in an Any; its type URL when there is none. */
  readonly name?: string;
  /** Keys are written as the bytes alone; multisig keys with a threshold that is a string. */
  readonly encoding?: "key_field" | "threshold_string";
}

/** One field of a message; the order of a message's fields is by number. */
export interface Field {
  readonly number: number;
  /** snake_case, as in the proto file and in the SDK's JSON. */
  readonly protoName: string;
  /** camelCase property. */
  readonly name: string;
  readonly kind: ScalarKind | "message";
  readonly repeated: boolean;
  /** gogoproto.nullable = false: always present in memory and always encoded, even when empty. */
  readonly required: boolean;
  readonly message?: () => AnyCodec;
  readonly enumNames?: EnumNames;
  /** Name of the oneof that the field is a member of; at most one of its members may be set. */
  readonly oneof?: string;
  readonly form?: FieldForm;
  /** Only in messages that are signed, and in what they are made of. */
  readonly amino?: AminoField;
}

/** Names of an enum's values, as proto JSON writes them. */
export type EnumNames = ReadonlyArray<readonly [number, string]>;

/** What callers that do not know the message type may do with its codec. */
export type AnyCodec = MessageCodec<object>;

/** Values that fill the fields given and leave the rest at their defaults. */
export type Partial<T> = { readonly [K in keyof T]?: T[K] };

/** Nesting beyond this depth is refused: no message of this chain needs a quarter of it. */
const MAX_DEPTH = 32;

/**
 * Encodes and decodes one message type.
 *
 * Encoding is canonical: fields ascending, default scalars left out, lists of scalars packed,
 * embedded messages that gogoproto calls non-nullable always written. Decoding refuses unknown
 * fields, wrong wire types, singular fields that occur twice, two members of a oneof and varints
 * with superfluous bytes, but takes fields in any order and lists unpacked, as protobuf allows an
 * encoder to write them.
 */
export class MessageCodec<T extends object> {
  /** Full protobuf name, for example `cosmos.bank.v1beta1.MsgSend`. */
  readonly typeName: string;
  readonly fields: readonly Field[];
  /** Only of messages that are signed, and of what they are made of. */
  readonly amino: AminoMessage;
  readonly #byNumber: ReadonlyMap<number, Field>;

  constructor(typeName: string, fields: readonly Field[], amino: AminoMessage = {}) {
    this.typeName = typeName;
    this.fields = fields;
    this.amino = amino;
    this.#byNumber = new Map(fields.map((field) => [field.number, field]));
  }

  /** The type URL under which a google.protobuf.Any holds this message. */
  get typeUrl(): string {
    return `/${this.typeName}`;
  }

  /** A message with the given fields set and the others at their defaults. */
  create(partial: Partial<T> = {}): T {
    const message: Record<string, unknown> = {};
    const given = partial as Readonly<Record<string, unknown>>;
    for (const field of this.fields) {
      message[field.name] = given[field.name] ?? defaultValue(field);
    }
    return message as T;
  }

  /** Canonical bytes. */
  encode(message: T): Uint8Array {
    const writer = new WireWriter();
    this.write(message, writer);
    return writer.finish();
  }

  /** Decodes untrusted bytes; errors are `codec/2 malformed protobuf` and name the field. */
  decode(bytes: Uint8Array): T {
    return this.read(new WireReader(bytes), this.typeName, 0);
  }

  /** Decodes bytes that must be the canonical encoding, as everything hashed is. */
  decodeCanonical(bytes: Uint8Array): T {
    const message = this.decode(bytes);
    if (!equalBytes(this.encode(message), bytes)) throw notCanonical({ type: this.typeName });
    return message;
  }

  write(message: T, writer: WireWriter): void {
    const values = message as Readonly<Record<string, unknown>>;
    for (const field of this.fields) writeField(field, values[field.name], writer);
  }

  read(reader: WireReader, at: string, depth: number): T {
    if (depth > MAX_DEPTH) throw malformedWire({ at, found: "messages nested too deep" });
    const message: Record<string, unknown> = {};
    for (const field of this.fields) message[field.name] = defaultValue(field);
    const seen = new Set<number>();
    while (reader.position < reader.end) this.#readNext(message, reader, { at, depth, seen });
    return message as T;
  }

  #readNext(message: Record<string, unknown>, reader: WireReader, state: ReadState): void {
    const tag = reader.uint32(state.at);
    const field = this.#byNumber.get(tag >>> 3);
    if (field === undefined) {
      throw malformedWire({ at: state.at, found: `unknown field ${tag >>> 3}` });
    }
    const at = `${state.at}.${field.protoName}`;
    if (field.repeated) {
      readElements(field, message[field.name] as unknown[], reader, {
        at,
        tag,
        depth: state.depth,
      });
      return;
    }
    if (state.seen.has(field.number)) throw malformedWire({ at, found: "the field twice" });
    if (field.oneof !== undefined && this.#hasMember(field.oneof, state.seen)) {
      throw malformedWire({ at, found: `two members of ${field.oneof}` });
    }
    state.seen.add(field.number);
    if ((tag & 7) !== wireType(field.kind)) throw malformedWire({ at, found: "a wrong wire type" });
    message[field.name] = readValue(field, reader, at, state.depth);
  }

  #hasMember(oneof: string, seen: ReadonlySet<number>): boolean {
    return this.fields.some((field) => field.oneof === oneof && seen.has(field.number));
  }
}

/** Declares the codec of a message; generated code calls it. */
export function defineMessage<T extends object>(
  typeName: string,
  fields: readonly Field[],
  amino?: AminoMessage,
): MessageCodec<T> {
  return new MessageCodec<T>(typeName, fields, amino);
}

interface ReadState {
  readonly at: string;
  readonly depth: number;
  readonly seen: Set<number>;
}

const EMPTY_BYTES = new Uint8Array(0);

function defaultValue(field: Field): unknown {
  if (field.repeated) return [];
  switch (field.kind) {
    case "string":
      return "";
    case "bytes":
      return EMPTY_BYTES;
    case "bool":
      return false;
    case "int32":
    case "uint32":
    case "enum":
      return 0;
    case "message":
      return field.required ? field.message?.().create() : undefined;
    default:
      return 0n;
  }
}

/** Wire type of a single value of the kind. */
export function wireType(kind: Field["kind"]): 0 | 1 | 2 {
  switch (kind) {
    case "string":
    case "bytes":
    case "message":
      return 2;
    case "fixed64":
    case "sfixed64":
      return 1;
    default:
      return 0;
  }
}

function writeField(field: Field, value: unknown, writer: WireWriter): void {
  if (!field.repeated) {
    if (isDefault(field, value)) return;
    writer.uint32((field.number << 3) | wireType(field.kind));
    writeValue(field, value, writer);
    return;
  }
  const list = value as readonly unknown[];
  if (list.length === 0) return;
  if (wireType(field.kind) === 2) {
    for (const element of list) {
      writer.uint32((field.number << 3) | 2);
      writeValue(field, element, writer);
    }
    return;
  }
  writer.uint32((field.number << 3) | 2);
  writer.delimited(() => {
    for (const element of list) writeValue(field, element, writer);
  });
}

/** Whether a singular field has the value that is not written. */
export function isDefault(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "string":
      return value === "";
    case "bytes":
      return (value as Uint8Array).length === 0;
    case "bool":
      return value === false;
    case "int32":
    case "uint32":
    case "enum":
      return value === 0;
    case "message":
      return value === undefined;
    default:
      return value === 0n;
  }
}

function writeValue(field: Field, value: unknown, writer: WireWriter): void {
  switch (field.kind) {
    case "string":
      writer.string(value as string);
      return;
    case "bytes":
      writer.bytes(value as Uint8Array);
      return;
    case "bool":
      writer.uint32(value === true ? 1 : 0);
      return;
    case "uint32":
      writer.uint32(value as number);
      return;
    case "int32":
    case "enum":
      writer.int32(value as number);
      return;
    case "int64":
    case "uint64":
      writer.uint64(BigInt.asUintN(64, value as bigint));
      return;
    case "fixed64":
    case "sfixed64":
      writer.fixed64(value as bigint);
      return;
    case "message":
      writer.delimited(() => {
        field.message?.().write(value as object, writer);
      });
  }
}

function readElements(
  field: Field,
  list: unknown[],
  reader: WireReader,
  state: { readonly at: string; readonly tag: number; readonly depth: number },
): void {
  const single = wireType(field.kind);
  const found = state.tag & 7;
  if (found === single) {
    list.push(readValue(field, reader, state.at, state.depth));
    return;
  }
  if (found !== 2) throw malformedWire({ at: state.at, found: "a wrong wire type" });
  const packed = reader.delimited(state.at);
  while (packed.position < packed.end) {
    list.push(readValue(field, packed, state.at, state.depth));
  }
}

function readValue(field: Field, reader: WireReader, at: string, depth: number): unknown {
  switch (field.kind) {
    case "string":
      return reader.string(at);
    case "bytes":
      return reader.bytes(at);
    case "bool":
      return reader.bool(at);
    case "uint32":
      return reader.uint32(at);
    case "int32":
    case "enum":
      return reader.int32(at);
    case "int64":
      return reader.int64(at);
    case "uint64":
      return reader.uint64(at);
    case "fixed64":
      return reader.fixed64(at);
    case "sfixed64":
      return BigInt.asIntN(64, reader.fixed64(at));
    case "message":
      return field.message?.().read(reader.delimited(at), at, depth + 1);
  }
}
