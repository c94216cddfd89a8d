import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, fromHex, toHex, utf8 } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { CODE_ENGINE } from "#modules/kernel/types/engines.js";
import { SandboxFault } from "../faults.js";
import { packageRoot } from "../worker/permissions.js";
import { ByteWriter } from "./meter/byteWriter.js";
import { type BodyRewriting, instrument } from "./meter/instrument.js";
import { PRELUDE } from "./prelude.js";
import { quickJsFile } from "./quickJsFile.js";
import { type WasmModule, wasm } from "./webAssembly.js";

const PACKAGE_SHA256 = assertDefined(
  fromHex("105c3bed22d457e43e3d1c3c1c6959fda62a8fe06f0fc8a985303c3a2be72232"),
  "a digest is hex",
);

/**
 * Addresses in the memory of this very binary. Its static data ends at `dataEnd`; its own stack
 * would take the 5 MiB above, of which the meter leaves `SHADOW_STACK_BYTES`; the heap follows.
 */
export const MEMORY_LAYOUT = {
  dataEnd: 90_208,
  heapBase: 5_333_088,
  /** The word that holds the end of the heap (musl's sbrk pointer). */
  heapEndWord: 86_864,
} as const;

const PRELUDE_SECTION = "aivm:prelude";
const SHADOW_STACK_BYTES = 512 * 1_024;
/** First address above the shadow stack: what lies between it and the heap is never touched. */
export const SHADOW_STACK_TOP = MEMORY_LAYOUT.dataEnd + SHADOW_STACK_BYTES;

/**
 * The instrumented code engine, compiled. Takes the file that the build made, or makes it anew
 * when there is none or another: what decides is the hash. Throws a {@link SandboxFault} when the
 * installed binary is not the pinned one, or instrumentation does not yield the binary that the
 * engine's identity names.
 */
export function loadQuickJs(): WasmModule {
  return new wasm.Module(readBuiltEngine() ?? checked(makeQuickJs()));
}

/** The engine as the build left it; undefined when it is not the one that the identity names. */
function readBuiltEngine(): Uint8Array | undefined {
  const path = builtEngineFile();
  if (!existsSync(path)) return undefined;
  const built = readFileSync(path);
  return equalBytes(sha256(built), CODE_ENGINE.binarySha256) ? built : undefined;
}

/** Where the build leaves the instrumented engine. */
export function builtEngineFile(): string {
  return join(packageRoot(), "dist", "sandbox", "quickjs", "engine.wasm");
}

/**
 * Makes the instrumented engine from the installed package, a fifth of a second of work. Throws a
 * {@link SandboxFault} when the package is not the pinned one.
 */
export function makeQuickJs(rewriteBody?: BodyRewriting): Uint8Array {
  const original = readFileSync(quickJsFile());
  if (!equalBytes(sha256(original), PACKAGE_SHA256)) {
    throw new SandboxFault(`the QuickJS binary has sha256 ${toHex(sha256(original))}`);
  }
  const shadow = { floor: MEMORY_LAYOUT.dataEnd, top: SHADOW_STACK_TOP };
  return withPrelude(instrument(original, shadow, rewriteBody));
}

function checked(binary: Uint8Array): Uint8Array {
  const found = sha256(binary);
  if (equalBytes(found, CODE_ENGINE.binarySha256)) return binary;
  throw new SandboxFault(`the instrumented QuickJS binary has sha256 ${toHex(found)}`);
}

/**
 * Appends the script that prepares realms as a custom section, which engines ignore: gas depends
 * on it, so the hash must cover it.
 */
function withPrelude(binary: Uint8Array): Uint8Array {
  const section = new ByteWriter().name(PRELUDE_SECTION).bytes(utf8(PRELUDE)).view();
  return new ByteWriter().bytes(binary).u8(0).sized(section).view().slice();
}
