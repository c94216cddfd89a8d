import { WireWriter } from "#core/codec/wire/writer.js";
import { editGraph } from "./graphEdit.js";
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
 * Fields of a graph that give the shape of each of the named tensors: a Shape node and an output.
 * Running it tells every shape without keeping the tensors themselves.
 */
export function shapeOutputs(tensors: readonly string[]): Uint8Array {
  const writer = new WireWriter();
  for (const [position, tensor] of tensors.entries()) {
    delimitedField(writer, GRAPH_NODE, () => {
      textField(writer, NODE_INPUT, tensor);
      textField(writer, NODE_OUTPUT, shapeOutputName(position));
      textField(writer, NODE_OPERATOR, "Shape");
    });
    writeOutput(writer, shapeOutputName(position));
  }
  return writer.finish();
}

/** The model with the shape of each of the named tensors as an output. */
export function withShapeOutputs(model: OnnxModel, tensors: readonly string[]): Uint8Array {
  return editGraph(model, { append: shapeOutputs(tensors) });
}

/** The model with the named tensors, which are not outputs yet, as further outputs. */
export function withTensorOutputs(model: OnnxModel, tensors: readonly string[]): Uint8Array {
  const writer = new WireWriter();
  for (const tensor of tensors) writeOutput(writer, tensor);
  return editGraph(model, { append: writer.finish() });
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
