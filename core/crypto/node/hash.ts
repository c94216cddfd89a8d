import { createHash, hash } from "node:crypto";

function digest(algorithm: string, parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hash(algorithm, only, "buffer");
  const state = createHash(algorithm);
  for (const part of parts) state.update(part);
  return state.digest();
}

/** SHA-256 of the concatenated parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha256", parts);
}

/** SHA-512 of the concatenated parts; 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha512", parts);
}

/** RIPEMD-160 of the concatenated parts; 20 bytes. */
export function ripemd160(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("ripemd160", parts);
}
