import { readFileSync } from "node:fs";
import { bareRate } from "./sandbox.js";

/**
 * Prints the runs per second of a bare model as JSON: `bareRun.ts <model file> <seconds> <extent>…`.
 * A process of its own, as a sandbox is: where a model lies in a fresh memory decides some per cent.
 */
const [, , file = "", seconds = "", ...dims] = process.argv;
const rate = await bareRate(readFileSync(file), Number(seconds), dims.map(Number));
process.stdout.write(JSON.stringify({ rate }));
