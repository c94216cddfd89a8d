import { secp256k1 } from "@noble/curves/secp256k1.js";
import { invalidPrivateKey } from "../errors.js";
import { SIGNATURE_BYTES, type SignedMessage } from "../signature.js";

/** Compressed public key, 33 bytes; fails with `crypto/2 not a private key`. */
export function secp256k1PublicKey(privateKey: Uint8Array): Uint8Array {
  checkPrivateKey(privateKey);
  return secp256k1.getPublicKey(privateKey);
}

/**
 * Deterministic ECDSA (RFC 6979) over sha256 of the message: 64 bytes r ‖ s with the lower s.
 * Fails with `crypto/2 not a private key`.
 */
export function signSecp256k1(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  checkPrivateKey(privateKey);
  return secp256k1.sign(message, privateKey);
}

/**
 * Whether the signature is a valid ECDSA signature over sha256 of the message: 64 bytes r ‖ s with
 * the lower s, by a 33-byte compressed key. Never throws.
 */
export function verifySecp256k1({ publicKey, message, signature }: SignedMessage): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== 33) return false;
  return secp256k1.verify(signature, message, publicKey);
}

function checkPrivateKey(privateKey: Uint8Array): void {
  if (!secp256k1.utils.isValidSecretKey(privateKey)) {
    throw invalidPrivateKey({ scheme: "secp256k1" });
  }
}
