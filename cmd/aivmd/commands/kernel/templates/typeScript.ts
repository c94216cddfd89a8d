import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { SUM } from "./sum.js";
import type { Template } from "./template.js";

const INFER = `import { clamp } from "lib:ranges";
import type { Infer } from "./aivm";
import { sentence } from "./sentence.ts";

interface Input {
  readonly x: Float32Array;
}

interface Output {
  readonly y: Float32Array;
  readonly text: string;
}

/** Keeps the numbers within the bounds that the version's data name, and adds them. */
export const infer: Infer<Input, Output> = async ({ x }, aivm) => {
  const { lowest, highest } = JSON.parse(aivm.text("bounds")) as Record<string, number>;
  const data = x.map((value) => clamp(value, lowest, highest));
  const { y } = await aivm.run("net", { x: aivm.tensor(data, [1, 4]) });
  const [sum] = y.data as Float32Array;
  return { y: Float32Array.of(sum), text: sentence(sum) };
};
`;

const SENTENCE = `/** What is built is one module: this file becomes part of it. */
export function sentence(sum: number): string {
  return \`the sum is \${sum}\`;
}
`;

const RANGES = `/** A library: an artifact of its own, which other versions may share. */
export function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
`;

/** For editors and \`tsc\`; building does not read it. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2023"],
    types: [],
    module: "esnext",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    paths: { "lib:ranges": ["./ranges.ts"] },
  },
};

function authorTypes(): string {
  return readFileSync(join(packageRoot(), "sandbox", "aivm.d.ts"), "utf8");
}

/** A kernel in several files of TypeScript, with a library and data. */
export const TYPE_SCRIPT: Template = {
  ...SUM,
  name: "typescript",
  summary: "the same in TypeScript, with a library, data, and types for the editor",
  code: "infer.ts",
  directives: `LIBRARY   ranges  ranges.ts
DATA      bounds  bounds.json
INPUT     x     float32[1,4]
OUTPUT    y     float32[1]
OUTPUT    text  string<=64
SEED      none
LIMIT     gas 20_000_000  memory 32MiB  output 1KiB
COMMITTEE 4 of 1..16
HARDWARE  cpu
TEST      vectors/*.json
LICENSE   Apache-2.0
PRICE     0.001NES
DESCRIPTION Adds four numbers from 0 to 10, weighted by 1, 2, 3 and 4
`,
  infer: INFER,
  files: [
    ["sentence.ts", SENTENCE],
    ["ranges.ts", RANGES],
    ["bounds.json", '{ "lowest": 0, "highest": 10 }\n'],
    ["tsconfig.json", `${JSON.stringify(TSCONFIG, null, 2)}\n`],
    ["aivm.d.ts", authorTypes],
  ],
  vectors: [
    ["one", { input: { x: [1, 0, 0, 0] }, expect: { y: [1], text: "the sum is 1" } }],
    ["far", { input: { x: [99, -1, 0, 0] }, expect: { y: [10], text: "the sum is 10" } }],
  ],
  next: "Put your model in place of `model.onnx`, say in `Aivmfile` what it takes and gives, and fit `infer.ts` and the vectors to it. `aivmd` drops types without checking them: `tsc` in this folder does.",
};
