import { WireWriter } from "#core/codec/wire/writer.js";
import { utf8 } from "#core/primitives/bytes.js";

/** A constant tensor: its number of TensorProto.DataType, extents and little-endian data. */
export interface TensorDraft {
  readonly name?: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
  /** Where the data lie instead, if not in the model file. */
  readonly external?: { readonly file: string; readonly offset: number; readonly length: number };
}

/** A graph input or output; a text is a symbolic dimension, no dims leave the shape open. */
export interface ValueDraft {
  readonly name: string;
  readonly type: number;
  readonly dims?: ReadonlyArray<number | string>;
}

/** An attribute's value: an integer, a list of them, a float, a text or a tensor. */
export type AttributeDraft =
  bigint | readonly bigint[] | { readonly float: number } | string | TensorDraft;

/** A node. */
export interface NodeDraft {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeDraft>>;
  readonly name?: string;
  readonly domain?: string;
}

/** A model to be written. */
export interface ModelDraft {
  readonly inputs: readonly ValueDraft[];
  readonly outputs: readonly ValueDraft[];
  readonly nodes: readonly NodeDraft[];
  readonly initializers?: readonly TensorDraft[];
  readonly operatorSet?: number;
  readonly irVersion?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

const DELIMITED = 2;
const FIXED32 = 5;
/** Number of TensorProto.DataLocation. */
const EXTERNAL = 1;
/** Numbers of AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { float: 1, integer: 2, text: 3, tensor: 4, integers: 7 } as const;

/** Writes a model file: what the conformance vectors and the tests run is described, not stored. */
export function encodeModel(draft: ModelDraft): Uint8Array {
  const writer = new WireWriter();
  integer(writer, 1, draft.irVersion ?? 8);
  nested(writer, 7, () => {
    writeGraph(writer, draft);
  });
  nested(writer, 8, () => {
    integer(writer, 2, draft.operatorSet ?? 17);
  });
  for (const [key, value] of Object.entries(draft.metadata ?? {})) {
    entry(writer, 14, key, value);
  }
  return writer.finish();
}

/** Parts of a graph as they stand in its message, to be put into one. */
export function encodeGraphParts(parts: Partial<ModelDraft>): Uint8Array {
  const writer = new WireWriter();
  writeGraphParts(writer, parts);
  return writer.finish();
}

/** Little-endian bytes of float32 elements. */
export function float32Data(elements: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(elements).buffer);
}

/** Little-endian bytes of int64 elements. */
export function int64Data(elements: readonly bigint[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(elements).buffer);
}

function writeGraph(writer: WireWriter, draft: ModelDraft): void {
  const { initializers = [], inputs, outputs } = draft;
  writeGraphParts(writer, { nodes: draft.nodes });
  text(writer, 2, "graph");
  writeGraphParts(writer, { initializers, inputs, outputs });
}

function writeGraphParts(
  writer: WireWriter,
  { nodes = [], initializers = [], inputs = [], outputs = [] }: Partial<ModelDraft>,
): void {
  for (const node of nodes) {
    nested(writer, 1, () => {
      writeNode(writer, node);
    });
  }
  for (const tensor of initializers) {
    nested(writer, 5, () => {
      writeTensor(writer, tensor);
    });
  }
  for (const value of inputs) {
    nested(writer, 11, () => {
      writeValue(writer, value);
    });
  }
  for (const value of outputs) {
    nested(writer, 12, () => {
      writeValue(writer, value);
    });
  }
}

function writeNode(writer: WireWriter, node: NodeDraft): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  if (node.name !== undefined) text(writer, 3, node.name);
  text(writer, 4, node.operator);
  for (const [name, value] of Object.entries(node.attributes ?? {})) {
    nested(writer, 5, () => {
      text(writer, 1, name);
      writeAttribute(writer, value);
    });
  }
  if (node.domain !== undefined) text(writer, 7, node.domain);
}

function writeAttribute(writer: WireWriter, value: AttributeDraft): void {
  if (typeof value === "bigint") {
    writer.uint32(3 << 3);
    writer.uint64(BigInt.asUintN(64, value));
    integer(writer, 20, ATTRIBUTE_TYPE.integer);
  } else if (typeof value === "string") {
    text(writer, 4, value);
    integer(writer, 20, ATTRIBUTE_TYPE.text);
  } else if ("float" in value) {
    writer.uint32((2 << 3) | FIXED32);
    writer.raw(float32Data([value.float]));
    integer(writer, 20, ATTRIBUTE_TYPE.float);
  } else if ("data" in value) {
    nested(writer, 5, () => {
      writeTensor(writer, value);
    });
    integer(writer, 20, ATTRIBUTE_TYPE.tensor);
  } else {
    packed(writer, 8, value);
    integer(writer, 20, ATTRIBUTE_TYPE.integers);
  }
}

function writeTensor(writer: WireWriter, tensor: TensorDraft): void {
  packed(writer, 1, tensor.dims.map(BigInt));
  integer(writer, 2, tensor.type);
  if (tensor.name !== undefined) text(writer, 8, tensor.name);
  if (tensor.external === undefined) {
    writer.uint32((9 << 3) | DELIMITED);
    writer.bytes(tensor.data);
    return;
  }
  const { file, offset, length } = tensor.external;
  entry(writer, 13, "location", file);
  entry(writer, 13, "offset", String(offset));
  entry(writer, 13, "length", String(length));
  integer(writer, 14, EXTERNAL);
}

function writeValue(writer: WireWriter, { name, type, dims }: ValueDraft): void {
  text(writer, 1, name);
  nested(writer, 2, () => {
    nested(writer, 1, () => {
      integer(writer, 1, type);
      if (dims !== undefined) writeShape(writer, dims);
    });
  });
}

function writeShape(writer: WireWriter, dims: ReadonlyArray<number | string>): void {
  nested(writer, 2, () => {
    for (const extent of dims) {
      nested(writer, 1, () => {
        if (typeof extent === "number") integer(writer, 1, extent);
        else text(writer, 2, extent);
      });
    }
  });
}

/** A pair of texts. */
function entry(writer: WireWriter, field: number, ...[key, value]: [string, string]): void {
  nested(writer, field, () => {
    text(writer, 1, key);
    text(writer, 2, value);
  });
}

function integer(writer: WireWriter, field: number, value: number): void {
  writer.uint32(field << 3);
  writer.uint32(value);
}

function text(writer: WireWriter, field: number, value: string): void {
  writer.uint32((field << 3) | DELIMITED);
  writer.bytes(utf8(value));
}

function packed(writer: WireWriter, field: number, values: readonly bigint[]): void {
  writer.uint32((field << 3) | DELIMITED);
  writer.delimited(() => {
    for (const value of values) writer.uint64(BigInt.asUintN(64, value));
  });
}

function nested(writer: WireWriter, field: number, write: () => void): void {
  writer.uint32((field << 3) | DELIMITED);
  writer.delimited(write);
}
