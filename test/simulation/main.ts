import { Coverage } from "./coverage/coverage.js";
import { simulate } from "./simulation.js";
const coverage = new Coverage();
const t = performance.now();
const seed = BigInt(process.argv[2] ?? "1");
const blocks = Number(process.argv[3] ?? "200");
simulate({
  seed,
  blocks,
  coverage,
  onOperation: (h, n) => {
    if (process.env["V"]) console.log(h, n);
  },
}).then(
  (s) => {
    console.log(s, ((performance.now() - t) / 1000).toFixed(1));
    if (process.env["C"]) console.log([...coverage.counts].sort());
  },
  (e) => {
    console.log(e.message.slice(0, 4000));
    process.exitCode = 1;
  },
);
