import { describe, expect, it } from "vitest";
import { type ModelDraft, type NodeDraft, encodeModel, int64Data } from "./encodeModel.js";
import { ModelRefusal } from "./errors.js";
import { parseModel } from "./model.js";
import { checkProfile, findProfileFaults } from "./profileCheck.js";
import { findSignatureFaults, readSignature } from "./signature.js";

const RELU: NodeDraft = { operator: "Relu", inputs: ["x"], outputs: ["y"] };

function draft(change: Partial<ModelDraft> = {}): ModelDraft {
  return {
    inputs: [{ name: "x", type: 1, dims: [2, 3] }],
    outputs: [{ name: "y", type: 1 }],
    nodes: [RELU],
    ...change,
  };
}

function check(change: Partial<ModelDraft>): void {
  const model = parseModel(encodeModel(draft(change)));
  checkProfile(model);
  readSignature(model);
}

function node(
  operator: string,
  inputs: readonly string[],
  rest: Partial<NodeDraft> = {},
): NodeDraft {
  return { operator, inputs, outputs: ["y"], ...rest };
}

const SHAPE = { name: "shape", type: 7, dims: [2], data: int64Data([3n, 2n]) };
const HALF = { name: "h", type: 10, dims: [1], data: new Uint8Array(2) };

it("a model with more initializers than the runtime loads in good time is refused", () => {
  const initializers = Array.from({ length: 10_001 }, (_, index) => ({
    ...HALF,
    name: `h${index}`,
  }));
  const model = (count: number) =>
    parseModel(encodeModel(draft({ initializers: initializers.slice(0, count) })));
  expect(findProfileFaults(model(10_001)).map(({ reason }) => reason)).toEqual([
    "has 10001 initializers",
  ]);
  expect(findProfileFaults(model(10_000))).toHaveLength(10_000);
});

it("a node with more mistakes than a call takes arguments is refused like any other", () => {
  const unknown = Array.from({ length: 150_000 }, (_, index) => `u${index}`);
  const wide = parseModel(encodeModel(draft({ nodes: [node("Max", unknown)] })));
  expect(findProfileFaults(wide).length).toBeGreaterThan(0);
});

describe("a model within the profile", () => {
  it.each<readonly [string, Partial<ModelDraft>]>([
    ["of one node", {}],
    ["that names the default domain", { nodes: [{ ...RELU, domain: "ai.onnx" }] }],
    [
      "with a shape from a constant",
      { initializers: [SHAPE], nodes: [node("Reshape", ["x", "shape"])] },
    ],
    [
      "with a shape that is computed from shapes",
      {
        initializers: [{ ...SHAPE, name: "one" }],
        nodes: [
          { operator: "Shape", inputs: ["x"], outputs: ["s"] },
          { operator: "Mul", inputs: ["s", "one"], outputs: ["t"] },
          node("Expand", ["x", "t"]),
        ],
      },
    ],
    [
      "with a bounded dimension",
      { inputs: [{ name: "x", type: 1, dims: ["n", 3] }], metadata: { "aivm.max.n": "8" } },
    ],
    [
      "with an absent optional input",
      { nodes: [node("Clip", ["x", "", "shape"])], initializers: [{ ...SHAPE, type: 1 }] },
    ],
    ["whose dropout does nothing", { nodes: [node("Dropout", ["x"])] }],
  ])("%s is taken", (_, change) => {
    expect(() => {
      check(change);
    }).not.toThrow();
  });
});

it("a model that imports the same operator set twice is taken", () => {
  const model = parseModel(Uint8Array.from([...encodeModel(draft()), 0x42, 2, 0x10, 17]));
  expect(findProfileFaults(model)).toEqual([]);
});

describe("a model outside the profile", () => {
  const cases: ReadonlyArray<readonly [string, Partial<ModelDraft>, string]> = [
    ["an old file format", { irVersion: 3 }, "IR version 3"],
    ["a new file format", { irVersion: 99 }, "IR version 99"],
    ["an old operator set", { operatorSet: 10 }, "operator set 10"],
    ["a new operator set", { operatorSet: 27 }, "operator set 27; export with 11 to 26"],
    [
      "an operator that is newer than its set",
      { operatorSet: 17, nodes: [node("Gelu", ["x"])] },
      "Gelu #0 is run in operator sets 20 to 26, the model has 17; export with operator set 26",
    ],
    [
      "an operator that the runtime has in older sets alone",
      { operatorSet: 22, nodes: [node("GlobalLpPool", ["x"])] },
      "GlobalLpPool #0 is run in operator sets 11 to 21",
    ],
    [
      "an element type that the operator is not implemented for",
      { inputs: [{ name: "x", type: 7, dims: [2] }], nodes: [node("Erf", ["x"])] },
      "Erf #0 reads int64; cast it to float32",
    ],
    [
      "padding that wraps around",
      {
        initializers: [{ ...SHAPE, name: "pads" }],
        nodes: [node("Pad", ["x", "pads"], { attributes: { mode: "wrap" } })],
      },
      "Pad #0 is refused: not with mode wrap",
    ],
    [
      "regions whose samples depend on data",
      { nodes: [node("RoiAlign", ["x", "x", "x"])] },
      "RoiAlign #0 is refused: not without sampling_ratio",
    ],
    [
      "an operator of classical learning without its set",
      { nodes: [node("Scaler", ["x"], { domain: "ai.onnx.ml" })] },
      "Scaler #0 needs the operator set ai.onnx.ml",
    ],
    [
      "an operator under another domain's name",
      { nodes: [node("Scaler", ["x"])] },
      "Scaler #0 is not in the operator profile",
    ],
    ["a withdrawn operator", { nodes: [node("Scatter", ["x"])] }, "use ScatterElements"],
    ["no nodes", { nodes: [] }, "0 nodes"],
    [
      "random numbers",
      { nodes: [node("RandomNormalLike", ["x"], { name: "r" })] },
      "RandomNormalLike r is random; take noise as an input",
    ],
    ["control flow", { nodes: [node("If", ["x"])] }, "If #0 is control flow"],
    [
      "a sequence",
      { nodes: [node("SequenceConstruct", ["x"])] },
      "SequenceConstruct #0 works on sequences",
    ],
    [
      "a shape by data",
      { nodes: [node("NonZero", ["x"])] },
      "NonZero #0 has an output whose shape depends on data; multiply by a mask",
    ],
    [
      "another domain",
      { nodes: [{ ...RELU, domain: "com.example" }] },
      "Relu #0 is of domain com.example",
    ],
    [
      "training",
      { nodes: [node("Dropout", ["x", "x", "x"])] },
      "Dropout #0 is refused: not with the input training_mode",
    ],
    [
      "a shape from data",
      { nodes: [node("Reshape", ["x", "x"])] },
      "Reshape #0 has a shape that depends on data",
    ],
    [
      "a count from data",
      { nodes: [node("TopK", ["x", "x"])] },
      "TopK #0 has a shape that depends on data",
    ],
    [
      "a tensor from nowhere",
      { nodes: [node("Add", ["x", "z"])] },
      "Add #0 reads z before it exists",
    ],
    [
      "nodes out of order",
      { nodes: [node("Add", ["x", "z"]), { ...RELU, outputs: ["z"] }] },
      "before it exists",
    ],
    ["a name used twice", { nodes: [RELU, RELU] }, 'tensor name "y"'],
    [
      "an input that is a constant too",
      { initializers: [{ ...SHAPE, name: "x" }] },
      'tensor name "x"',
    ],
    ["a reserved name", { nodes: [{ ...RELU, outputs: ["aivm:z"] }] }, 'tensor name "aivm:z"'],
    [
      "half floats",
      { initializers: [HALF] },
      "initializer h has element type float16; export in float32",
    ],
    [
      "a cast to half floats",
      { nodes: [node("Cast", ["x"], { attributes: { to: 10n } })] },
      "Cast #0 yields element type float16",
    ],
    [
      "a constant of half floats",
      { nodes: [node("Constant", [], { attributes: { value: HALF } })] },
      "element type float16",
    ],
    [
      "a constant text",
      { nodes: [node("Constant", [], { attributes: { value_string: "x" } })] },
      "yields element type string",
    ],
    [
      "an unbounded dimension",
      { inputs: [{ name: "x", type: 1, dims: ["n", 3] }] },
      "input x has an unbounded dimension n",
    ],
    [
      "a nameless dimension",
      { inputs: [{ name: "x", type: 1, dims: ["", 3] }] },
      "input x has an unbounded dimension",
    ],
    [
      "a bound of zero",
      { inputs: [{ name: "x", type: 1, dims: ["n"] }], metadata: { "aivm.max.n": "0" } },
      "unbounded",
    ],
    [
      "an extent of zero",
      { inputs: [{ name: "x", type: 1, dims: [0] }] },
      "input x has a dimension of 0",
    ],
    ["an input without shape", { inputs: [{ name: "x", type: 1 }] }, "input x has no shape"],
    [
      "an input of text",
      { inputs: [{ name: "x", type: 8, dims: [1] }] },
      "input x has element type string",
    ],
    ["an output from nowhere", { outputs: [{ name: "z", type: 1 }] }, "output z is not a tensor"],
    ["no outputs", { outputs: [] }, "0 outputs"],
  ];

  it.each(cases)("is refused for %s", (_, change, reason) => {
    const refused = () => {
      check(change);
    };
    expect(refused).toThrow(ModelRefusal);
    expect(refused).toThrow(reason);
  });

  it("is refused for parts that only a hand-made file has", () => {
    const file = encodeModel(draft());
    const parts: ReadonlyArray<readonly [readonly number[], string]> = [
      [[0xa2, 0x01, 0], "training information"],
      [[0xca, 0x01, 0], "local functions"],
      [[0x42, 5, 0x0a, 1, 0x61, 0x10, 1], "imports operator set a"],
      [[0x42, 2, 0x10, 18], "imports operator set 17 and 18"],
    ];
    for (const [extra, reason] of parts) {
      const model = parseModel(Uint8Array.from([...file, ...extra]));
      expect(() => {
        checkProfile(model);
      }).toThrow(reason);
    }
  });

  it("is refused for external data and subgraphs, wherever they hide", () => {
    // Model { ir 8, graph { node { output y, op Constant, attribute { name value, tensor { … } } } }, opset 17 }
    const build = (attribute: readonly number[]): Uint8Array => {
      const body = [0x0a, 1, 0x76, ...attribute];
      const op = [0x12, 1, 0x79, 0x22, 8, ...new TextEncoder().encode("Constant")];
      const inner = [...op, 0x2a, body.length, ...body];
      const graph = [0x0a, inner.length, ...inner];
      return Uint8Array.from([0x08, 8, 0x3a, graph.length, ...graph, 0x42, 2, 0x10, 17]);
    };
    const external = build([0x2a, 4, 0x10, 1, 0x70, 1]);
    const subgraph = build([0x32, 0]);
    const graphs = build([0x5a, 0]);
    expect(() => {
      checkProfile(parseModel(external));
    }).toThrow("has external data");
    for (const file of [subgraph, graphs]) {
      expect(() => {
        checkProfile(parseModel(file));
      }).toThrow("Constant #0 has attribute v");
    }
  });
});

describe("everything that is wrong with a model", () => {
  it("is found at once, without what only follows from it", () => {
    const model = parseModel(
      encodeModel(
        draft({
          irVersion: 99,
          inputs: [
            { name: "x", type: 1, dims: ["n", 3] },
            { name: "h", type: 10, dims: [1] },
          ],
          outputs: [{ name: "z", type: 1 }],
          nodes: [
            { operator: "RandomUniformLike", name: "noise", inputs: ["x"], outputs: ["a"] },
            { operator: "Reshape", inputs: ["x", "a"], outputs: ["b"] },
            { operator: "Erf", inputs: ["b"], outputs: ["c"] },
            { operator: "Loop", inputs: ["c"], outputs: ["d"] },
            { operator: "Reshape", inputs: ["x", "x"], outputs: ["e"] },
          ],
        }),
      ),
    );
    const places = [...findProfileFaults(model), ...findSignatureFaults(model)].map(
      ({ place, reason }) => `${place} ${reason}`,
    );
    expect(places).toEqual([
      "the model has IR version 99",
      "RandomUniformLike noise is random",
      "Loop #3 is control flow that depends on data",
      "Reshape #4 has a shape that depends on data",
      "input x has an unbounded dimension n",
      "input h has element type float16",
      "output z is not a tensor of the graph",
    ]);
    expect(findProfileFaults(model)[1]).toEqual({
      place: "RandomUniformLike noise",
      node: "noise",
      operator: "RandomUniformLike",
      reason: "is random",
      advice: "take noise as an input, made by infer.js with aivm.random",
    });
  });
});
