import { fromUtf8 } from "#core/primitives/bytes.js";
import { ModelRefusal } from "./errors.js";
import { GRAPH, MODEL } from "./format.js";
import { OnnxReader } from "./wire.js";

/** One dimension of a graph input or output. */
export interface OnnxDimension {
  readonly value?: bigint;
  /** Name of a symbolic dimension. */
  readonly parameter?: string;
}

/** A graph input or output, or the declared type of an intermediate tensor. */
export interface OnnxValue {
  readonly name?: string;
  readonly type?: {
    readonly tensor?: {
      readonly elementType?: bigint;
      readonly shape?: { readonly dimensions?: readonly OnnxDimension[] };
    };
  };
}

/** A constant; its data are views into the file. */
export interface OnnxTensor {
  readonly name?: string;
  readonly dims?: readonly bigint[];
  readonly dataType?: bigint;
  readonly segment?: Uint8Array;
  readonly floatData?: readonly Uint8Array[];
  readonly int32Data?: readonly bigint[];
  readonly int64Data?: readonly bigint[];
  readonly uint64Data?: readonly bigint[];
  readonly doubleData?: readonly Uint8Array[];
  readonly stringData?: readonly Uint8Array[];
  readonly rawData?: Uint8Array;
  readonly externalData?: readonly OnnxEntry[];
  readonly location?: bigint;
}

/** An attribute of a node. */
export interface OnnxAttribute {
  readonly name?: string;
  readonly float?: Uint8Array;
  readonly integer?: bigint;
  readonly text?: Uint8Array;
  /** Views of four bytes for each number, several in one view where the file packs them. */
  readonly floats?: readonly Uint8Array[];
  readonly texts?: readonly Uint8Array[];
  readonly tensor?: OnnxTensor;
  readonly integers?: readonly bigint[];
  readonly graph?: Uint8Array;
  readonly graphs?: readonly Uint8Array[];
  readonly typeValue?: Uint8Array;
  readonly typeValues?: readonly Uint8Array[];
  readonly sparseTensor?: Uint8Array;
  readonly sparseTensors?: readonly Uint8Array[];
  readonly reference?: string;
}

/** A node; a missing optional input or output has the empty name. */
export interface OnnxNode {
  readonly name?: string;
  readonly operator?: string;
  readonly domain?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: readonly OnnxAttribute[];
}

/** A pair of texts. */
export interface OnnxEntry {
  readonly key?: string;
  readonly value?: string;
}

/** The graph of a model. */
export interface OnnxGraph {
  readonly nodes?: readonly OnnxNode[];
  readonly initializers?: readonly OnnxTensor[];
  readonly inputs?: readonly OnnxValue[];
  readonly outputs?: readonly OnnxValue[];
  readonly sparseInitializers?: readonly Uint8Array[];
  readonly quantization?: readonly Uint8Array[];
}

/** A parsed model file: what is absent in the file is absent here. */
export interface OnnxModel {
  readonly file: Uint8Array;
  readonly irVersion?: bigint;
  readonly operatorSets?: ReadonlyArray<{ readonly domain?: string; readonly version?: bigint }>;
  readonly metadata?: readonly OnnxEntry[];
  readonly training?: readonly Uint8Array[];
  readonly functions?: readonly Uint8Array[];
  readonly graph: OnnxGraph;
  /** The graph's bytes, a view into the file. */
  readonly graphBytes: Uint8Array;
}

/** Parses a model file; throws {@link ModelRefusal} for one that is malformed or has no graph. */
export function parseModel(file: Uint8Array): OnnxModel {
  const model = new OnnxReader(file).message(MODEL, file.length);
  const graphBytes = model["graph"];
  if (!(graphBytes instanceof Uint8Array)) throw new ModelRefusal("the model file has no graph");
  const graph = new OnnxReader(graphBytes).message(GRAPH, graphBytes.length) as OnnxGraph;
  return {
    ...(model as Omit<OnnxModel, "file" | "graph" | "graphBytes">),
    file,
    graph,
    graphBytes,
  };
}

/** A node as messages name it: its name, else its place. */
export function describeNode(node: OnnxNode, index: number): string {
  const operator = node.operator ?? "";
  return node.name === undefined || node.name === ""
    ? `${operator} #${index}`
    : `${operator} ${node.name}`;
}

/** Value of an integer attribute, or `fallback` when the node does not have it. */
export function integerAttribute(node: OnnxNode, name: string, fallback: bigint): bigint {
  return node.attributes?.find((attribute) => attribute.name === name)?.integer ?? fallback;
}

/** Value of a list attribute, or the empty list. */
export function integersAttribute(node: OnnxNode, name: string): readonly bigint[] {
  return node.attributes?.find((attribute) => attribute.name === name)?.integers ?? [];
}

/** Value of a text attribute, or the empty text. */
export function textAttribute(node: OnnxNode, name: string): string {
  const text = node.attributes?.find((attribute) => attribute.name === name)?.text;
  return text === undefined ? "" : (fromUtf8(text) ?? "");
}

/** How many numbers a list attribute of floats has. */
export function floatCount(node: OnnxNode, name: string): number {
  const list = node.attributes?.find((attribute) => attribute.name === name)?.floats ?? [];
  return Math.floor(list.reduce((bytes, view) => bytes + view.length, 0) / 4);
}
