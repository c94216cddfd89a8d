import { readFileSync } from "node:fs";
import { toHex } from "#core/primitives/bytes.js";
import { engineDigest } from "#sandbox/onnx/engineDigest.js";
import { runtimeFile } from "#sandbox/onnx/runtimeFile.js";

/** Prints what `modules/kernel/types/engines.ts` says of the model engine, after the profile changed. */
process.stdout.write(`${toHex(engineDigest(readFileSync(runtimeFile())))}\n`);
