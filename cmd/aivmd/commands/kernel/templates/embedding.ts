import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { Template } from "./template.js";

const BUCKETS = 64;
const WIDTH = 16;

/** A text becomes a vector of length one. */
export const EMBEDDING: Template = {
  name: "embedding",
  summary: "a text becomes a vector of length one, near to those of similar texts",
  sample: '{"text": "a validator"}',
  directives: `INPUT     text    string<=1KiB
OUTPUT    vector  float32[1,16]  # of length 1: the product of two is their likeness
SEED      none
LIMIT     gas 8_000_000  memory 32MiB  output 1KiB
BUCKET    text=64  gas 2_000_000  # a short text costs a quarter of the longest
BUCKET    text=256  gas 3_000_000
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Makes a vector of a text, near to those of similar texts
`,
  model: embeddingModel,
  infer: `/** Counts pairs of letters in 64 buckets, which the model projects to 16 numbers. */
export async function infer({ text }, aivm) {
  const counts = new Float32Array(64);
  const letters = \` \${text.toLowerCase()} \`;
  for (let at = 0; at + 1 < letters.length; at++) {
    counts[(letters.charCodeAt(at) * 31 + letters.charCodeAt(at + 1)) % 64] += 1;
  }
  const { y } = await aivm.run("net", { x: { dims: [1, 64], data: counts } });
  let square = 0;
  for (const value of y.data) square += value * value;
  const length = Math.sqrt(square) || 1;
  return { vector: y.data.map((value) => value / length) };
}
`,
  vectors: [
    ["validator", { input: { text: "a validator" } }],
    ["validators", { input: { text: "two validators" } }],
    ["empty", { input: { text: "" } }],
    ["short", { input: { text: "w".repeat(64) } }],
    ["medium", { input: { text: "validators agree. ".repeat(14) } }],
    ["long", { input: { text: "w".repeat(1_024) } }],
  ],
  next: "`model.onnx` is a fixed projection of letter pairs. Put a trained encoder in its place, with a tokeniser in `infer.js`; add vectors with `expect` once you trust what it gives.",
};

/** y = x · w, where w is +1 or -1 by a fixed pattern that spreads buckets evenly. */
function embeddingModel(): Uint8Array {
  let word = 1;
  const weights = Array.from({ length: BUCKETS * WIDTH }, () => {
    word = (Math.imul(word, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (word >> 16) & 1 ? 1 : -1;
  });
  return encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, BUCKETS] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
    initializers: [
      {
        name: "w",
        type: DataType.FLOAT32,
        dims: [BUCKETS, WIDTH],
        data: float32Data(weights),
      },
    ],
  });
}
