import { WireWriter } from "#core/codec/wire/writer.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { OnnxModel } from "./model.js";
import { RESERVED_PREFIX } from "./profileCheck.js";

/** Field numbers of onnx.proto that are written here. */
const GRAPH_NODE = 1;
const GRAPH_OUTPUT = 12;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_OPERATOR = 4;
const VALUE_NAME = 1;

/** Name of the graph output that gives the shape of the tensor at this position. */
export function shapeOutputName(position: number): string {
  return `${RESERVED_PREFIX}shape:${position}`;
}

/**
 * The model with a Shape node and an output for each of the named tensors: running it tells every
 * shape without keeping the tensors themselves.
 */
export function withShapeOutputs(model: OnnxModel, tensors: readonly string[]): Uint8Array {
  return appendToGraph(model, (writer) => {
    for (const [position, tensor] of tensors.entries()) {
      delimitedField(writer, GRAPH_NODE, () => {
        textField(writer, NODE_INPUT, tensor);
        textField(writer, NODE_OUTPUT, shapeOutputName(position));
        textField(writer, NODE_OPERATOR, "Shape");
      });
      writeOutput(writer, shapeOutputName(position));
    }
  });
}

/** The model with the named tensors, which are not outputs yet, as further outputs. */
export function withTensorOutputs(model: OnnxModel, tensors: readonly string[]): Uint8Array {
  return appendToGraph(model, (writer) => {
    for (const tensor of tensors) writeOutput(writer, tensor);
  });
}

/** Lists of a protobuf message may be continued at its end: nothing else has to be written anew. */
function appendToGraph(model: OnnxModel, write: (writer: WireWriter) => void): Uint8Array {
  const { file, graphBytes } = model;
  const appended = new WireWriter();
  write(appended);
  const extra = appended.finish();
  const start = graphBytes.byteOffset - file.byteOffset;
  const before = start - encodedLength(graphBytes.length).length;
  return concatBytes(
    file.subarray(0, before),
    encodedLength(graphBytes.length + extra.length),
    graphBytes,
    extra,
    file.subarray(start + graphBytes.length),
  );
}

/** An output without a type: the runtime infers it. */
function writeOutput(writer: WireWriter, name: string): void {
  delimitedField(writer, GRAPH_OUTPUT, () => {
    textField(writer, VALUE_NAME, name);
  });
}

function textField(writer: WireWriter, number: number, text: string): void {
  writer.uint32((number << 3) | 2);
  writer.string(text);
}

function delimitedField(writer: WireWriter, number: number, write: () => void): void {
  writer.uint32((number << 3) | 2);
  writer.delimited(write);
}

function encodedLength(length: number): Uint8Array {
  const writer = new WireWriter();
  writer.uint32(length);
  return writer.finish();
}
