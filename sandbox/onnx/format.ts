import type { WireField, WireKind } from "./wire.js";

/** Tables of the ONNX format (onnx.proto of ONNX 1.19, IR version 12). */

function field(number: number, name: string, kind: WireKind): WireField {
  return { number, name, kind };
}

function list(number: number, name: string, kind: WireKind): WireField {
  return { number, name, kind, repeated: true };
}

function one(number: number, name: string, message: () => readonly WireField[]): WireField {
  return { number, name, kind: "message", message };
}

function many(number: number, name: string, message: () => readonly WireField[]): WireField {
  return { number, name, kind: "message", message, repeated: true };
}

const ENTRY: readonly WireField[] = [field(1, "key", "text"), field(2, "value", "text")];

const OPERATOR_SET: readonly WireField[] = [
  field(1, "domain", "text"),
  field(2, "version", "varint"),
];

const DIMENSION: readonly WireField[] = [
  field(1, "value", "varint"),
  field(2, "parameter", "text"),
  field(3, "denotation", "text"),
];

const SHAPE: readonly WireField[] = [many(1, "dimensions", () => DIMENSION)];

const TENSOR_TYPE: readonly WireField[] = [
  field(1, "elementType", "varint"),
  one(2, "shape", () => SHAPE),
];

const TYPE: readonly WireField[] = [
  one(1, "tensor", () => TENSOR_TYPE),
  field(4, "sequence", "bytes"),
  field(5, "map", "bytes"),
  field(6, "denotation", "text"),
  field(8, "sparseTensor", "bytes"),
  field(9, "optional", "bytes"),
];

const VALUE: readonly WireField[] = [
  field(1, "name", "text"),
  one(2, "type", () => TYPE),
  field(3, "doc", "text"),
  many(4, "metadata", () => ENTRY),
];

const TENSOR: readonly WireField[] = [
  list(1, "dims", "varint"),
  field(2, "dataType", "varint"),
  field(3, "segment", "bytes"),
  list(4, "floatData", "float"),
  list(5, "int32Data", "varint"),
  list(6, "stringData", "bytes"),
  list(7, "int64Data", "varint"),
  field(8, "name", "text"),
  field(9, "rawData", "bytes"),
  list(10, "doubleData", "double"),
  list(11, "uint64Data", "varint"),
  field(12, "doc", "text"),
  many(13, "externalData", () => ENTRY),
  field(14, "location", "varint"),
  many(16, "metadata", () => ENTRY),
];

const ATTRIBUTE: readonly WireField[] = [
  field(1, "name", "text"),
  field(2, "float", "float"),
  field(3, "integer", "varint"),
  field(4, "text", "bytes"),
  one(5, "tensor", () => TENSOR),
  field(6, "graph", "bytes"),
  list(7, "floats", "float"),
  list(8, "integers", "varint"),
  list(9, "texts", "bytes"),
  list(10, "tensors", "bytes"),
  list(11, "graphs", "bytes"),
  field(13, "doc", "text"),
  field(14, "typeValue", "bytes"),
  list(15, "typeValues", "bytes"),
  field(20, "type", "varint"),
  field(21, "reference", "text"),
  field(22, "sparseTensor", "bytes"),
  list(23, "sparseTensors", "bytes"),
];

const NODE: readonly WireField[] = [
  list(1, "inputs", "text"),
  list(2, "outputs", "text"),
  field(3, "name", "text"),
  field(4, "operator", "text"),
  many(5, "attributes", () => ATTRIBUTE),
  field(6, "doc", "text"),
  field(7, "domain", "text"),
  field(8, "overload", "text"),
  many(9, "metadata", () => ENTRY),
  list(10, "devices", "bytes"),
];

/** Fields of a graph. */
export const GRAPH: readonly WireField[] = [
  many(1, "nodes", () => NODE),
  field(2, "name", "text"),
  many(5, "initializers", () => TENSOR),
  field(10, "doc", "text"),
  many(11, "inputs", () => VALUE),
  many(12, "outputs", () => VALUE),
  many(13, "values", () => VALUE),
  list(14, "quantization", "bytes"),
  list(15, "sparseInitializers", "bytes"),
  many(16, "metadata", () => ENTRY),
];

/** Fields of a model; the graph is read on its own, because exposing tensors splices into it. */
export const MODEL: readonly WireField[] = [
  field(1, "irVersion", "varint"),
  field(2, "producer", "text"),
  field(3, "producerVersion", "text"),
  field(4, "domain", "text"),
  field(5, "modelVersion", "varint"),
  field(6, "doc", "text"),
  field(7, "graph", "bytes"),
  many(8, "operatorSets", () => OPERATOR_SET),
  many(14, "metadata", () => ENTRY),
  list(20, "training", "bytes"),
  list(25, "functions", "bytes"),
  list(26, "configurations", "bytes"),
];
