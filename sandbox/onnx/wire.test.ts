import { describe, expect, it } from "vitest";
import { concatBytes } from "#core/primitives/bytes.js";
import { encodeModel, float32Data } from "./encodeModel.js";
import { ModelRefusal } from "./errors.js";
import {
  type OnnxNode,
  describeNode,
  integerAttribute,
  integersAttribute,
  parseModel,
} from "./model.js";

const FILE = encodeModel({
  inputs: [{ name: "x", type: 1, dims: [1, "batch"] }],
  outputs: [{ name: "y", type: 1 }],
  nodes: [
    {
      operator: "Conv",
      name: "first",
      inputs: ["x", "w", ""],
      outputs: ["y"],
      attributes: { pads: [1n, 0n, -1n], group: 3n, auto_pad: "VALID", scale: { float: 0.5 } },
    },
  ],
  initializers: [{ name: "w", type: 1, dims: [1, 2], data: float32Data([1, 2]) }],
  metadata: { "aivm.max.batch": "7" },
});

describe("a model file", () => {
  it("is read as it was written, without copying constants", () => {
    const { irVersion, operatorSets, metadata, graph } = parseModel(FILE);
    expect(irVersion).toBe(8n);
    expect(operatorSets).toEqual([{ version: 17n }]);
    expect(metadata).toEqual([{ key: "aivm.max.batch", value: "7" }]);
    const [node] = graph.nodes ?? [];
    expect(node).toMatchObject({ operator: "Conv", inputs: ["x", "w", ""], outputs: ["y"] });
    expect(integersAttribute(node!, "pads")).toEqual([1n, 0n, -1n]);
    expect(integersAttribute(node!, "none")).toEqual([]);
    expect(integerAttribute(node!, "group", 1n)).toBe(3n);
    expect(integerAttribute(node!, "none", 1n)).toBe(1n);
    expect(describeNode(node!, 0)).toBe("Conv first");
    expect(describeNode({ operator: "Add" } satisfies OnnxNode, 4)).toBe("Add #4");
    expect(graph.inputs?.[0]?.type?.tensor?.shape?.dimensions).toEqual([
      { value: 1n },
      { parameter: "batch" },
    ]);
    expect(graph.initializers?.[0]?.rawData?.buffer).toBe(FILE.buffer);
  });

  it("is refused when it is cut anywhere", () => {
    for (let length = 0; length < FILE.length - 1; length++) {
      const cut = FILE.subarray(0, length);
      let refused = false;
      try {
        // A cut between two fields of the model leaves a model that lacks the later ones.
        refused =
          parseModel(cut).operatorSets === undefined || parseModel(cut).metadata === undefined;
      } catch (error) {
        refused = error instanceof ModelRefusal;
      }
      expect(refused, `${length} bytes`).toBe(true);
    }
  });

  const graph = Uint8Array.of(0x3a, 0);
  const cases: ReadonlyArray<readonly [string, readonly number[], string]> = [
    ["no graph", [0x08, 8], "has no graph"],
    ["two graphs", [...graph, ...graph], "field graph twice"],
    ["an unknown field", [...graph, 0x78, 1], "unknown field 15"],
    ["a wrong wire type", [0x0d, 1, 2, 3, 4], "wrong wire type in irVersion"],
    ["a group", [0x0b, 0x0c], "wrong wire type in irVersion"],
    ["a padded varint", [0x08, 0x80, 0], "malformed varint"],
    [
      "a varint of eleven bytes",
      [0x08, ...new Array<number>(10).fill(0xff), 1],
      "malformed varint",
    ],
    ["a varint over 64 bits", [0x08, ...new Array<number>(9).fill(0xff), 2], "malformed varint"],
    ["a length past the end", [0x3a, 5, 0], "truncated"],
    ["a name that is not UTF-8", [0x12, 1, 0xff], "producer is not UTF-8"],
  ];

  it.each(cases)("is refused for %s", (_, bytes, reason) => {
    const parse = () => parseModel(Uint8Array.from(bytes));
    expect(parse).toThrow(ModelRefusal);
    expect(parse).toThrow(reason);
  });

  it("may write lists of numbers packed or one by one", () => {
    // Graph { initializer { dims: 1, dims: 2 } } and { initializer { dims: [1, 2] } }
    const one = parseModel(Uint8Array.of(0x3a, 6, 0x2a, 4, 0x08, 1, 0x08, 2));
    const packed = parseModel(Uint8Array.of(0x3a, 6, 0x2a, 4, 0x0a, 2, 1, 2));
    expect(one.graph).toEqual(packed.graph);
    expect(concatBytes(one.file).length).toBe(8);
  });
});
