import { readFileSync } from "node:fs";
import { toHex } from "#core/primitives/bytes.js";
import { engineDigest } from "#sandbox/onnx/engineDigest.js";
import { nativeDigest } from "#sandbox/onnx/nativeDigest.js";
import { runtimeFile } from "#sandbox/onnx/runtimeFile.js";

/**
 * Prints what `modules/kernel/types/engines.ts` says of the model engine after the profile changed;
 * with `native` of the native one.
 */
const digest =
  process.argv[2] === "native" ? nativeDigest() : engineDigest(readFileSync(runtimeFile()));
process.stdout.write(`${toHex(digest)}\n`);
