import { readFileSync } from "node:fs";

/** Contents of `test/vectors/<name>.json`; the caller knows its shape. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8"));
}

/** Bytes of hex that a vector holds. */
export function hexBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
