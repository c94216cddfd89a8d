import { hmac } from "@noble/hashes/hmac.js";
import { ripemd160 as nobleRipemd160 } from "@noble/hashes/legacy.js";
import { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { IncrementalHash } from "../incrementalHash.js";

/** SHA-256 of the concatenated parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleSha256(concatBytes(...parts));
}

/** SHA-256 of what arrives in parts, for bytes too many to hold at once; 32 bytes. */
export function createSha256(): IncrementalHash {
  const state = nobleSha256.create();
  return {
    update: (part) => {
      state.update(part);
    },
    digest: () => state.digest(),
  };
}

/** SHA-512 of the concatenated parts; 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleSha512(concatBytes(...parts));
}

/** RIPEMD-160 of the concatenated parts; 20 bytes. */
export function ripemd160(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleRipemd160(concatBytes(...parts));
}

/** HMAC-SHA-256 (RFC 2104) of the concatenated parts under a key of any length; 32 bytes. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmac(nobleSha256, key, concatBytes(...parts));
}

/** HMAC-SHA-512 (RFC 2104) of the concatenated parts under a key of any length; 64 bytes. */
export function hmacSha512(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmac(nobleSha512, key, concatBytes(...parts));
}
