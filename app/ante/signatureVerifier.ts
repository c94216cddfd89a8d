import { sha256 } from "#core/crypto/hash.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import type { SignedMessage } from "#core/crypto/signature.js";
import { toHex } from "#core/primitives/bytes.js";

/** Signatures remembered: two full blocks of transactions. */
const REMEMBERED = 20_000;

/**
 * Verifies signatures and remembers the valid ones, so that CheckTx, ProcessProposal and
 * FinalizeBlock pay for one verification. Only positive verdicts are kept: anybody can send
 * signatures that are wrong, and they would push the others out.
 */
export class SignatureVerifier {
  readonly #valid = new Set<string>();

  isValid(signed: SignedMessage): boolean {
    const key = toHex(sha256(signed.publicKey, signed.signature, sha256(signed.message)));
    if (this.#valid.has(key)) return true;
    if (!verifySecp256k1(signed)) return false;
    if (this.#valid.size >= REMEMBERED) this.#valid.clear();
    this.#valid.add(key);
    return true;
  }
}
