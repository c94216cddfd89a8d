import { vrfProofToHash, vrfVerify } from "#core/crypto/ecvrf.js";
import { verifyEd25519 } from "#core/crypto/ed25519.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { concatBytes, toHex } from "#core/primitives/bytes.js";
import type { ProofVerifier, SignedExtension } from "#modules/inference/types/expectedKeepers.js";

/** Verdicts remembered: a few heights of the largest validator set. */
const REMEMBERED = 2_000;

/**
 * Verifies extension signatures and VRF proofs, and remembers the valid ones: a proposal is built,
 * checked and executed, which would verify everything three times. Only positive verdicts are
 * kept; both are pure functions of their arguments.
 */
export class ProofCache implements ProofVerifier {
  readonly #signatures = new Set<string>();
  readonly #outputs = new Map<string, Uint8Array>();

  isSignedExtension(signed: SignedExtension): boolean {
    const key = toHex(sha256(signed.publicKey, signed.signature, sha256(signed.message)));
    if (this.#signatures.has(key)) return true;
    if (!verifyEd25519(signed)) return false;
    if (this.#signatures.size >= REMEMBERED) this.#signatures.clear();
    this.#signatures.add(key);
    return true;
  }

  vrfOutput(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): Uint8Array | undefined {
    const key = proofKey(publicKey, alpha, proof);
    const known = this.#outputs.get(key);
    if (known !== undefined) return known;
    const output = vrfVerify(publicKey, alpha, proof);
    if (output !== undefined) this.#remember(key, output);
    return output;
  }

  /** Takes a proof that this node made itself as verified, so that it need not check its own. */
  trust(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): void {
    const output = assertDefined(vrfProofToHash(proof), "a proof of one's own decodes");
    this.#remember(proofKey(publicKey, alpha, proof), output);
  }

  #remember(key: string, output: Uint8Array): void {
    if (this.#outputs.size >= REMEMBERED) this.#outputs.clear();
    this.#outputs.set(key, output);
  }
}

/** Keys and proofs have fixed lengths, so no two triples have the same text. */
function proofKey(publicKey: Uint8Array, alpha: Uint8Array, proof: Uint8Array): string {
  return toHex(concatBytes(publicKey, proof, alpha));
}
