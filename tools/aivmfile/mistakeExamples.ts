import type { MistakeName } from "#modules/kernel/types/aivmfile/mistakes.js";
import type { Change } from "./sample.js";

/** For each mistake that the parser finds, changes of the sample that make it. */
export const MISTAKE_EXAMPLES: Readonly<Record<MistakeName, readonly Change[]>> = {
  tooLong: [{ line: `# ${"x".repeat(70_000)}`, added: true }],
  character: [{ line: "NAME\u00a0digits", instead: "NAME" }, { line: "LICENSE MIT\ufffd" }],
  wordMissing: [
    { line: "NAME" },
    { line: "MODEL net" },
    { line: "SEED fixed" },
    { line: "LICENSE # none" },
  ],
  wordExtra: [{ line: "NAME my kernel" }, { line: "INPUT image uint8[1,64] finite" }],
  wordOther: [
    { line: "LIMIT memory 32MiB gas 50_000_000 output 1KiB" },
    { line: "COMMITTEE 4 in 1..16" },
  ],
  format: [{ line: "AIVM 2" }],
  engine: [{ line: "ENGINE onnxruntime" }],
  aggregation: [{ line: "AGGREGATE average" }],
  epsilon: [
    { line: "AGGREGATE distribution epsilon=1" },
    { line: "AGGREGATE distribution epsilon=0.0000001" },
  ],
  seed: [{ line: "SEED random" }],
  number: [
    { line: "LIMIT gas 5__0 memory 32MiB output 1KiB" },
    { line: "INPUT image uint8[1,n]" },
    { line: "SEED fixed -1" },
  ],
  size: [
    { line: "LIMIT gas 50_000_000 memory 32MB output 1KiB" },
    { line: "INPUT image bytes<=1k" },
  ],
  price: [{ line: "PRICE 5" }, { line: "PRICE 0.0000001NES" }],
  type: [{ line: "INPUT image float16[1,64]" }, { line: "INPUT image float32[1,64" }],
  unbounded: [{ line: "INPUT text string", instead: "INPUT" }],
  range: [{ line: "COMMITTEE 4 of 1..8..16" }],
  seats: [{ line: "COMMITTEE 4 of 1..99999" }],
  file: [{ line: "INFER ../infer.js" }, { line: "MODEL net *.onnx" }],
  pattern: [{ line: "TEST /tmp/*.json" }, { line: "TEST */one.json" }],
  code: [{ line: "INFER infer.tsx" }, { line: "AGGREGATE code sum.cjs gas 5" }],
  parent: [{ line: "PARENT v1", added: true }],
  extents: [
    { line: "BUCKET gas 5", added: true },
    { line: "BUCKET image[4,64] gas 5", added: true },
  ],
  extentCount: [{ line: "BUCKET image=4x64 gas 5", added: true }],
  notBounded: [
    { line: "BUCKET images=4 gas 5", added: true },
    { line: "INPUT scale float32\nBUCKET scale=1 gas 5", added: true },
  ],
  sameExtents: [{ line: "BUCKET image=4 image=8 gas 5", added: true }],
  extentsMissing: [{ line: "INPUT text string<=64\nBUCKET image=4 gas 5", added: true }],
  first: [{ line: "NAME digits", instead: "AIVM" }],
  unknown: [
    { line: "OUTPT label int64[1]", instead: "OUTPUT" },
    { line: "GPU yes", added: true },
  ],
  repeated: [{ line: "NAME other", added: true }],
  sameModel: [{ line: "MODEL net other.onnx", added: true }],
  sameFile: [
    { line: "LIBRARY text a.js\nLIBRARY text b.js", added: true },
    { line: "DATA words a.txt\nDATA words b.txt", added: true },
  ],
  sameParent: [{ line: `PARENT ${"a1".repeat(32)}\nPARENT ${"a1".repeat(32)}`, added: true }],
  missing: [{ line: "# INFER infer.js", instead: "INFER" }],
};

/** For each rule of the manifest that an Aivmfile can break, a change of the sample that does. */
export const RULE_EXAMPLES: ReadonlyMap<string, Change> = new Map<string, Change>([
  ["name", { line: "NAME Digits" }],
  ["models", { line: modelLines(8), added: true }],
  ["models[].name", { line: "MODEL Net model.onnx" }],
  ["base_version_id", { line: "MODEL net model.onnx adapter delta.bin" }],
  ["libraries", { line: fileLines("LIBRARY", 17), added: true }],
  ["libraries[].name", { line: "LIBRARY my-text text.js", added: true }],
  ["data", { line: fileLines("DATA", 17), added: true }],
  ["data[].name", { line: "DATA Words words.txt", added: true }],
  ["model_engine.name", { line: "ENGINE ort-native/1.30.0" }],
  ["aggregation.kind", { line: "AGGREGATE distribution epsilon=0.01" }],
  [
    "outputs[].data_type",
    { line: "AGGREGATE distribution epsilon=0.01\nOUTPUT near int32[2]", instead: "AGGREGATE" },
  ],
  ["aggregation.gas_limit", { line: "AGGREGATE code aggregate.js gas 0" }],
  ["inputs", { line: "INPUT image float32[1024,1024]" }],
  ["inputs[].name", { line: "INPUT 1st uint8[1,64]" }],
  ["inputs[].shape", { line: "INPUT image uint8[1,1,1,1,1,1,1,1,1]" }],
  ["inputs[].shape[]", { line: "INPUT image uint8[1,0]" }],
  ["inputs[].max_bytes", { line: "INPUT image bytes<=0" }],
  ["inputs[].allow_non_finite", { line: "INPUT image uint8[1,64] nonfinite" }],
  ["outputs", { line: "OUTPUT label int64[100000]" }],
  ["outputs[].name", { line: "OUTPUT label int64[1]\nOUTPUT label int64[1]" }],
  ["outputs[].shape", { line: "OUTPUT label int64[1,1,1,1,1,1,1,1,1]" }],
  ["outputs[].shape[]", { line: "OUTPUT label int64[8..1]" }],
  ["outputs[].max_bytes", { line: "OUTPUT label string<=0" }],
  ["outputs[].allow_non_finite", { line: "OUTPUT label int64[1] nonfinite" }],
  ["seed.kind", { line: "SEED member" }],
  ["limits.gas", { line: "LIMIT gas 0 memory 32MiB output 1KiB" }],
  ["limits.memory_bytes", { line: "LIMIT gas 50_000_000 memory 8MiB output 1KiB" }],
  ["limits.output_bytes", { line: "LIMIT gas 50_000_000 memory 32MiB output 1MiB" }],
  ["buckets", { line: bucketLines(9), added: true }],
  [
    "buckets[].extents",
    { line: "BUCKET image=8 gas 5_000\nBUCKET image=8 gas 6_000", added: true },
  ],
  ["buckets[].extents[]", { line: "BUCKET image=17 gas 5_000", added: true }],
  ["buckets[].gas", { line: "BUCKET image=8 gas 50_000_000", added: true }],
  ["committee.minimum", { line: "COMMITTEE 4 of 0..16" }],
  ["committee.target", { line: "COMMITTEE 20 of 1..16" }],
  ["committee.maximum", { line: "COMMITTEE 4 of 1..1000" }],
  [
    "test_vectors",
    { line: `TEST${Array.from({ length: 257 }, (_, one) => ` v${one}.json`).join("")}` },
  ],
  ["hardware", { line: "HARDWARE gpu" }],
  ["license", { line: "LICENSE MIT/X11" }],
  ["price", { line: "PRICE 99999999999999NES" }],
  ["description", { line: `DESCRIPTION ${"long ".repeat(50)}` }],
]);

function bucketLines(count: number): string {
  return Array.from({ length: count }, (_, one) => `BUCKET image=${one + 1} gas ${one + 1}`).join(
    "\n",
  );
}

function modelLines(count: number): string {
  return Array.from({ length: count }, (_, index) => `MODEL m${index} m${index}.onnx`).join("\n");
}

function fileLines(keyword: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${keyword} f${index} f${index}.js`).join(
    "\n",
  );
}
