import { wasm } from "../quickjs/webAssembly.js";

/** A module of one function that makes a vector of zeros and drops it. */
const VECTOR_MODULE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x09, 0x01, 0x07, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x1a, 0x0b],
);

/**
 * Whether this host's WebAssembly has the vector instructions that the model engine is made of.
 * V8 switches them off on x86-64 processors without SSE4.1, that is from before 2008.
 */
export function hasVectorInstructions(): boolean {
  try {
    new wasm.Module(VECTOR_MODULE);
    return true;
  } catch {
    return false;
  }
}
