import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { Template } from "./template.js";

const LETTERS = " abcdefghijklmnopqrstuvwxyz.";
/** What the bigrams are counted in; longer texts make better letters. */
const TEXT =
  "all the validators run the same model on the same input and they all give the same answer. ";

/** A text goes on, letter by letter, with the chain's randomness. */
export const TEXT_GENERATION: Template = {
  name: "text-generation",
  summary: "a text goes on letter by letter, with the same randomness at every member",
  sample: '{"prompt": "the "}',
  directives: `DATA      letters  letters.txt
INPUT     prompt  string<=64
OUTPUT    text    string<=64  # the 32 letters that follow
SEED      beacon              # the chain's randomness, the same for every member
LIMIT     gas 100_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.002NES
DESCRIPTION Goes on with a text, letter by letter
`,
  model: bigramModel,
  infer: `/** Asks the model 32 times which letter may follow, and draws one by the seeded noise. */
export async function infer({ prompt }, aivm) {
  // What the model's numbers stand for: an artifact of the version, as the model is.
  const letters = aivm.text("letters");
  let last = Math.max(0, letters.indexOf(prompt.toLowerCase().at(-1) ?? " "));
  let text = "";
  for (let count = 0; count < 32; count++) {
    const x = new Float32Array(letters.length);
    x[last] = 1;
    const { logits } = await aivm.run("net", { x: { dims: [1, letters.length], data: x } });
    last = aivm.random.choose(logits.data, 0.7);
    text += letters[last];
  }
  return { text };
}
`,
  files: [["letters.txt", LETTERS]],
  vectors: [
    ["the", { input: { prompt: "the " } }],
    ["same", { input: { prompt: "the same " }, seed: "01".repeat(32) }],
    ["empty", { input: { prompt: "" }, seed: "02".repeat(32) }],
  ],
  next: "`model.onnx` knows which letter follows which in one sentence. Put a language model in its place, its vocabulary in place of `letters.txt`, and a tokeniser into `infer.js`; keep `aivm.random.choose`, so that every member draws the same.",
};

/** logits = x · w: the logarithm of how often each letter follows the one that x names. */
function bigramModel(): Uint8Array {
  const size = LETTERS.length;
  const counts = new Array<number>(size * size).fill(0.01);
  for (let at = 0; at + 1 < TEXT.length; at++) {
    const place = LETTERS.indexOf(TEXT.charAt(at)) * size + LETTERS.indexOf(TEXT.charAt(at + 1));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, size] }],
    outputs: [{ name: "logits", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["logits"] }],
    initializers: [
      {
        name: "w",
        type: DataType.FLOAT32,
        dims: [size, size],
        data: float32Data(counts.map((count) => Math.log(count))),
      },
    ],
  });
}
