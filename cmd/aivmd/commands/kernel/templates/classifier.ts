import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "#sandbox/onnx/encodeModel.js";
import type { Template } from "./template.js";

const SIZE = 8;
const CLASSES = 3;

/** Pixels of a line across the middle, 255 on it: 0 lies, 1 stands, 2 falls from the left. */
function line(kind: number): number[] {
  return Array.from({ length: SIZE * SIZE }, (_, at) => (isOn(kind, at) ? 255 : 0));
}

function isOn(kind: number, at: number): boolean {
  const [row, column] = [Math.floor(at / SIZE), at % SIZE];
  return kind === 0 ? row === 4 : kind === 1 ? column === 4 : row === column;
}

/** A picture becomes a label with probabilities. */
export const CLASSIFIER: Template = {
  name: "classifier",
  summary: "a picture of 8 by 8 pixels becomes a label with probabilities",
  sample: JSON.stringify({ image: line(1) }),
  directives: `INPUT     image  uint8[1,64]   # 8 rows of 8 pixels, 0 (paper) to 255 (ink)
OUTPUT    label  int64[1]      # 0 lies, 1 stands, 2 falls
OUTPUT    probs  float32[1,3]  # the probability of each
SEED      none
LIMIT     gas 20_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Says how a line in a small picture lies
`,
  model: classifierModel,
  infer: `/** Scales the pixels to 0..1, asks the model for a logit of each class, and names the largest. */
export async function infer({ image }, aivm) {
  const x = Float32Array.from(image, (pixel) => pixel / 255);
  const { logits } = await aivm.run("net", { x: { dims: [1, 64], data: x } });
  const probs = aivm.softmax(logits.data, 1);
  return { label: BigInt64Array.of(BigInt(aivm.argmax(probs))), probs };
}
`,
  vectors: ["lies", "stands", "falls"].map((name, kind) => [
    name,
    { input: { image: line(kind) }, expect: { label: [String(kind)] } },
  ]),
  next: "`model.onnx` compares the picture with one picture of each class. Train a network on pictures of your own, export it with an input `x` and an output `logits`, and put it in its place.",
};

/** logits = x · w: how much of each class's picture is there. */
function classifierModel(): Uint8Array {
  const weights = Array.from({ length: SIZE * SIZE }, (_, at) =>
    Array.from({ length: CLASSES }, (_one, kind) => (isOn(kind, at) ? 1 : -1 / SIZE)),
  ).flat();
  return encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, SIZE * SIZE] }],
    outputs: [{ name: "logits", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["logits"] }],
    initializers: [
      {
        name: "w",
        type: DataType.FLOAT32,
        dims: [SIZE * SIZE, CLASSES],
        data: float32Data(weights),
      },
    ],
  });
}
