import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#sdk/index.js";

/** The hash by which a transaction is known: sha256 of its bytes, upper-case hex. */
export function txHash(tx: Uint8Array): string {
  return toHex(sha256(tx)).toUpperCase();
}
