import { ripemd160 as nobleRipemd160 } from "@noble/hashes/legacy.js";
import { sha256 as nobleSha256, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";
import { concatBytes } from "#core/primitives/bytes.js";

/** SHA-256 of the concatenated parts; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleSha256(concatBytes(...parts));
}

/** SHA-512 of the concatenated parts; 64 bytes. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleSha512(concatBytes(...parts));
}

/** RIPEMD-160 of the concatenated parts; 20 bytes. */
export function ripemd160(...parts: readonly Uint8Array[]): Uint8Array {
  return nobleRipemd160(concatBytes(...parts));
}
