import { fromUtf8 } from "#core/primitives/bytes.js";
import { ModelRefusal } from "./errors.js";

/** How a field of the ONNX format is stored; floats stay raw bytes, nothing here computes with them. */
export type WireKind = "varint" | "float" | "double" | "bytes" | "text" | "message";

/** One field of an ONNX message. */
export interface WireField {
  readonly number: number;
  readonly name: string;
  readonly kind: WireKind;
  readonly repeated?: boolean;
  readonly message?: () => readonly WireField[];
}

const WIRE_TYPES: Readonly<Record<WireKind, number>> = {
  varint: 0,
  double: 1,
  bytes: 2,
  text: 2,
  message: 2,
  float: 5,
};
const DELIMITED = 2;
const MAX_DEPTH = 16;
/** Elements of one list: bounds what a small file can make the reader allocate. */
const MAX_ELEMENTS = 4_000_000;

/**
 * Reads ONNX messages by tables, strictly: unknown fields, wrong wire types, singular fields that
 * occur twice and padded varints are refused, so that this reader and the model runtime's cannot
 * see different graphs in the same bytes. Byte fields are views, never copies.
 */
export class OnnxReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The message that ends at `end`, as an object with one property for each field present. */
  message(fields: readonly WireField[], end: number, depth = 0): Record<string, unknown> {
    if (depth > MAX_DEPTH) throw new ModelRefusal("the model file nests messages too deep");
    const message: Record<string, unknown> = {};
    while (this.#at < end) {
      const tag = this.#varint(end);
      const field = fields.find(({ number }) => BigInt(number) === tag >> 3n);
      if (field === undefined)
        throw new ModelRefusal(`the model file has unknown field ${tag >> 3n}`);
      this.#read(field, Number(tag & 7n), { message, end, depth });
    }
    if (this.#at !== end) throw truncated();
    return message;
  }

  /** Where the reader stands. */
  get at(): number {
    return this.#at;
  }

  /** Goes past a field of any kind and gives its number. */
  skip(): number {
    const end = this.#bytes.length;
    const tag = Number(this.#varint(end));
    const wireType = tag & 7;
    if (wireType === WIRE_TYPES.varint) this.#varint(end);
    else if (wireType === DELIMITED) this.#delimited(end);
    else this.#fixed(wireType === WIRE_TYPES.double ? 8 : 4, end);
    return tag >>> 3;
  }

  #read(field: WireField, wireType: number, state: ReadState): void {
    const { message, end, depth } = state;
    const { name, kind } = field;
    if (field.repeated !== true) {
      if (name in message) throw new ModelRefusal(`the model file has field ${name} twice`);
      this.#expect(field, wireType, WIRE_TYPES[kind]);
      message[name] = this.#value(field, end, depth);
      return;
    }
    const list = (message[name] ??= []) as unknown[];
    if (wireType === WIRE_TYPES[kind]) {
      list.push(this.#value(field, end, depth));
    } else {
      this.#expect(field, wireType, DELIMITED);
      this.#packed(field, list, { message, end: this.#length(end), depth });
    }
    if (list.length > MAX_ELEMENTS) throw new ModelRefusal(`the model file's ${name} are too many`);
  }

  /** A packed list; one of floats stays one view, since nothing reads its elements. */
  #packed(field: WireField, list: unknown[], { end, depth }: ReadState): void {
    if (field.kind !== "varint") {
      list.push(this.#fixed(end - this.#at, end));
      return;
    }
    while (this.#at < end) list.push(this.#value(field, end, depth));
  }

  #expect(field: WireField, found: number, expected: number): void {
    if (found === expected) return;
    throw new ModelRefusal(`the model file has a wrong wire type in ${field.name}`);
  }

  #value(field: WireField, end: number, depth: number): unknown {
    switch (field.kind) {
      case "varint":
        return BigInt.asIntN(64, this.#varint(end));
      case "float":
        return this.#fixed(4, end);
      case "double":
        return this.#fixed(8, end);
      case "bytes":
        return this.#delimited(end);
      case "text":
        return this.#text(field, end);
      case "message":
        return this.message(field.message?.() ?? [], this.#length(end), depth + 1);
    }
  }

  #text(field: WireField, end: number): string {
    const text = fromUtf8(this.#delimited(end));
    if (text === undefined) throw new ModelRefusal(`the model file's ${field.name} is not UTF-8`);
    return text;
  }

  #fixed(length: number, end: number): Uint8Array {
    const start = this.#at;
    if (start + length > end) throw truncated();
    this.#at += length;
    return this.#bytes.subarray(start, start + length);
  }

  #delimited(end: number): Uint8Array {
    const stop = this.#length(end);
    const view = this.#bytes.subarray(this.#at, stop);
    this.#at = stop;
    return view;
  }

  /** Reads a length and gives where the value that follows ends. */
  #length(end: number): number {
    const length = this.#varint(end);
    if (length > BigInt(end - this.#at)) throw truncated();
    return this.#at + Number(length);
  }

  #varint(end: number): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte(end);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw paddedVarint();
        return BigInt(low);
      }
    }
    return this.#longVarint(BigInt(low), end);
  }

  #longVarint(low: bigint, end: number): bigint {
    let value = low;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte(end);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 || value >= 1n << 64n) throw paddedVarint();
        return value;
      }
    }
    throw paddedVarint();
  }

  #byte(end: number): number {
    const byte = this.#at < end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw truncated();
    this.#at++;
    return byte;
  }
}

/** Where a field of a message lies, its tag and length included. */
export interface FieldSpan {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** The fields of a message that an {@link OnnxReader} has read, in order, without what is in them. */
export function* fieldSpans(message: Uint8Array): IterableIterator<FieldSpan> {
  const reader = new OnnxReader(message);
  while (reader.at < message.length) {
    const start = reader.at;
    yield { number: reader.skip(), start, end: reader.at };
  }
}

interface ReadState {
  readonly message: Record<string, unknown>;
  readonly end: number;
  readonly depth: number;
}

function truncated(): ModelRefusal {
  return new ModelRefusal("the model file is truncated");
}

function paddedVarint(): ModelRefusal {
  return new ModelRefusal("the model file has a malformed varint");
}
