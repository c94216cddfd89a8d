import { measureApp } from "./measure/app.js";
import { measureCodeEngine } from "./measure/codeEngine.js";
import { measureDoors } from "./measure/doors.js";
import { measureEngines } from "./measure/engines.js";
import { measureIavl } from "./measure/iavl.js";
import { measureIdle } from "./measure/idle.js";
import { measureFourNodes, measureInference } from "./measure/inference.js";
import { measureLargeModel } from "./measure/largeModel.js";
import { measureNode } from "./measure/node.js";
import type { BenchOptions } from "./options.js";
import type { Section } from "./report/figure.js";

/** Everything that is measured, by the name that the command line takes, in order. */
export const MEASUREMENTS: ReadonlyMap<string, (options: BenchOptions) => Promise<Section>> =
  new Map([
    ["app", measureApp],
    ["node", measureNode],
    ["code-engine", measureCodeEngine],
    ["engines", measureEngines],
    ["inference", measureInference],
    ["four-nodes", measureFourNodes],
    ["iavl", measureIavl],
    ["idle", measureIdle],
    ["large-model", measureLargeModel],
    ["doors", measureDoors],
  ]);
