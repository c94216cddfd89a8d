import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { CODE_ENGINE } from "#modules/kernel/types/engines.js";
import { builtEngineFile, makeQuickJs } from "./binary.js";

/**
 * The build step of the code engine: instruments the pinned package and leaves the result where
 * processes look for it. Says the hash; fails when that is not the one of the engine's identity,
 * which is what changing the meter or the prelude without a new identity comes to.
 */
function main(): void {
  const engine = makeQuickJs();
  const hash = sha256(engine);
  process.stdout.write(`${CODE_ENGINE.name}/${CODE_ENGINE.version} sha256 ${toHex(hash)}\n`);
  if (!equalBytes(hash, CODE_ENGINE.binarySha256)) {
    process.stderr.write(`the identity names ${toHex(CODE_ENGINE.binarySha256)}\n`);
    process.exitCode = 1;
    return;
  }
  const path = builtEngineFile();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, engine);
}

main();
