import { sha256 } from "#platform/hash.js";
import { concatBytes, uint32ToBytes, utf8 } from "#core/primitives/bytes.js";

export { createSha256, hmacSha256, hmacSha512, ripemd160, sha256, sha512 } from "#platform/hash.js";
export type { IncrementalHash } from "./incrementalHash.js";

/**
 * SHA-256 over a domain and fields, each behind its length as 4 bytes big-endian, so that no two
 * different lists of fields share their bytes. Every protocol hash of this chain is of this form.
 */
export function domainHash(domain: string, ...fields: readonly Uint8Array[]): Uint8Array {
  const parts = [utf8(domain), ...fields].flatMap((field) => [uint32ToBytes(field.length), field]);
  return sha256(concatBytes(...parts));
}
