import { ed25519 } from "@noble/curves/ed25519.js";
import { invalidPrivateKey } from "../errors.js";
import { SIGNATURE_BYTES, type SignedMessage } from "../signature.js";

/** Public key of a 32-byte seed, 32 bytes; fails with `crypto/2 not a private key`. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  checkSeed(seed);
  return ed25519.getPublicKey(seed);
}

/** Signature of RFC 8032 by a 32-byte seed, 64 bytes; fails with `crypto/2 not a private key`. */
export function signEd25519(message: Uint8Array, seed: Uint8Array): Uint8Array {
  checkSeed(seed);
  return ed25519.sign(message, seed);
}

/** Whether the signature is valid by ZIP-215, the rules of CometBFT. Never throws. */
export function verifyEd25519({ publicKey, message, signature }: SignedMessage): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== 32) return false;
  return ed25519.verify(signature, message, publicKey);
}

function checkSeed(seed: Uint8Array): void {
  if (seed.length !== 32) throw invalidPrivateKey({ scheme: "ed25519" });
}
