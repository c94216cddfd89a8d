import { WireWriter } from "#core/codec/wire/writer.js";
import { assertDefined } from "#core/primitives/assert.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { OnnxModel, OnnxTensor } from "./model.js";
import { fieldSpans } from "./wire.js";

/** Field numbers of onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;

/** How a graph is to be changed. */
export interface GraphEdit {
  /** Field of the graph that takes a constant's place; undefined for one that stays. */
  readonly replace?: (tensor: OnnxTensor) => Uint8Array | undefined;
  /** Fields that are put behind: lists of a message may be continued at its end. */
  readonly append: Uint8Array;
}

/** The model file with a changed graph; what is not changed is copied, not written anew. */
export function editGraph(model: OnnxModel, { replace, append }: GraphEdit): Uint8Array {
  const { file, graphBytes } = model;
  const graph = [
    ...(replace === undefined ? [graphBytes] : replaceConstants(model, replace)),
    append,
  ];
  const old = assertDefined(
    [...fieldSpans(file)].find(({ number }) => number === MODEL_GRAPH),
    "a model that was parsed has a graph",
  );
  const header = new WireWriter();
  header.uint32((MODEL_GRAPH << 3) | 2);
  header.uint32(graph.reduce((length, part) => length + part.length, 0));
  return concatBytes(
    file.subarray(0, old.start),
    header.finish(),
    ...graph,
    file.subarray(old.end),
  );
}

/** What is not replaced is one piece, however many fields it has: a file may have millions. */
function replaceConstants(
  { graph, graphBytes }: OnnxModel,
  replace: (tensor: OnnxTensor) => Uint8Array | undefined,
): Uint8Array[] {
  const constants = [...fieldSpans(graphBytes)].filter(
    ({ number }) => number === GRAPH_INITIALIZER,
  );
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const [index, tensor] of (graph.initializers ?? []).entries()) {
    const other = replace(tensor);
    if (other === undefined) continue;
    const { start, end } = assertDefined(constants[index], "a constant that was read has a field");
    pieces.push(graphBytes.subarray(copied, start), other);
    copied = end;
  }
  return [...pieces, graphBytes.subarray(copied)];
}
