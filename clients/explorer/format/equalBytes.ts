import { toHex } from "#sdk/index.js";

/** Whether two byte strings are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return toHex(a) === toHex(b);
}
