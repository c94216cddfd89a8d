import { measureApp } from "./measure/app.js";
import { measureFourNodes, measureInference } from "./measure/inference.js";
import { measureNode } from "./measure/node.js";
import { type BenchOptions, FULL, progress, QUICK } from "./options.js";
import type { Section } from "./report/figure.js";
import { writeFigures } from "./report/markdown.js";
import { renderText } from "./report/text.js";
const all: Record<string, (o: BenchOptions) => Promise<Section>> = {
  app: measureApp,
  node: measureNode,
  inference: measureInference,
  four: measureFourNodes,
};
const o = {
  ...QUICK,
  nodeFlags: (process.env["NODE_FLAGS"] ?? "").split(" ").filter((flag) => flag !== ""),
};
const m = all[process.argv[2] ?? "app"];
if (m !== undefined) console.log(renderText([await m(o)]));
void FULL;
void writeFigures;
void progress;
