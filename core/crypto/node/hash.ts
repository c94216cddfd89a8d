import { createHash, createHmac, hash } from "node:crypto";
import type { IncrementalHash } from "../incrementalHash.js";

/**
 * The bytes of a digest, which comes as a string of one character a byte: a Buffer of Node's own
 * has its bytes outside the heap, and a tree keeps so many digests that sweeping these stops a
 * node for tenths of a second. An array of up to 64 bytes is inside.
 */
function bytesOf(digest: string): Uint8Array {
  const bytes = new Uint8Array(digest.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = digest.charCodeAt(at);
  return bytes;
}

function digest(algorithm: string, parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  // The one-shot call is the quicker of the two for the short inputs that trees are made of.
  if (only !== undefined && parts.length === 1) return bytesOf(hash(algorithm, only, "binary"));
  const state = createHash(algorithm);
  for (const part of parts) state.update(part);
  return bytesOf(state.digest("binary"));
}

function keyedDigest(algorithm: string, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const state = createHmac(algorithm, key);
  for (const part of parts) state.update(part);
  return bytesOf(state.digest("binary"));
}

/** SHA-256 of the concatenated parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha256", parts);
}

/** SHA-256 of what arrives in parts, for bytes too many to hold at once; 32 bytes. */
export function createSha256(): IncrementalHash {
  const state = createHash("sha256");
  return {
    update: (part) => {
      state.update(part);
    },
    digest: () => bytesOf(state.digest("binary")),
  };
}

/** SHA-512 of the concatenated parts; 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha512", parts);
}

/** RIPEMD-160 of the concatenated parts; 20 bytes. */
export function ripemd160(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("ripemd160", parts);
}

/** HMAC-SHA-256 (RFC 2104) of the concatenated parts under a key of any length; 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return keyedDigest("sha256", key, parts);
}

/** HMAC-SHA-512 (RFC 2104) of the concatenated parts under a key of any length; 64 bytes. */
export function hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return keyedDigest("sha512", key, parts);
}
