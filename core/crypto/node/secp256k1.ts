import { createRequire } from "node:module";
import type * as Secp256k1 from "secp256k1";
import { invalidPrivateKey } from "../errors.js";
import { SIGNATURE_BYTES, type SignedMessage } from "../signature.js";
import { sha256 } from "./hash.js";

type Bindings = typeof Secp256k1;

const load = createRequire(import.meta.url);
let bindings: Bindings | undefined;

/**
 * Loads the native addon or fails with what to do about it. The package's own entry falls back in
 * silence to JavaScript that verifies some 35 times slower, too slow for a validator; this skips
 * that entry. Call it at start, so that a broken installation does not show in the middle of a
 * block.
 */
export function assertNativeSecp256k1(): void {
  native();
}

function native(): Bindings {
  bindings ??= loadBindings(() => load("secp256k1/bindings.js") as Bindings);
  return bindings;
}

/** Runs `open`; turns its failure into an error that names platform, cause and remedy. */
export function loadBindings(open: () => Bindings): Bindings {
  try {
    return open();
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}, Node ${process.version}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `the native addon of the package secp256k1 does not load on ${platform}: ${reason}. ` +
        "Install a C compiler and run `npm rebuild secp256k1`; the slow JavaScript fallback is not used.",
      { cause },
    );
  }
}

/** Compressed public key, 33 bytes; fails with `crypto/2 not a private key`. */
export function secp256k1PublicKey(privateKey: Uint8Array): Uint8Array {
  checkPrivateKey(privateKey);
  return native().publicKeyCreate(privateKey, true);
}

/**
 * Deterministic ECDSA (RFC 6979) over sha256 of the message: 64 bytes r ‖ s with the lower s.
 * Fails with `crypto/2 not a private key`.
 */
export function signSecp256k1(message: Uint8Array, privateKey: Uint8Array): Uint8Array {
  checkPrivateKey(privateKey);
  return native().ecdsaSign(sha256(message), privateKey).signature;
}

/**
 * Whether the signature is a valid ECDSA signature over sha256 of the message: 64 bytes r ‖ s with
 * the lower s (a higher one is refused, so that nobody can alter a signed transaction's bytes), by
 * a 33-byte compressed key. Never throws.
 */
export function verifySecp256k1({ publicKey, message, signature }: SignedMessage): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== 33) return false;
  const curve = native();
  try {
    return curve.ecdsaVerify(signature, sha256(message), publicKey);
  } catch {
    // The addon throws when the key is no point, and when r or s is not below the group order.
    return false;
  }
}

function checkPrivateKey(privateKey: Uint8Array): void {
  if (privateKey.length !== 32 || !native().privateKeyVerify(privateKey)) {
    throw invalidPrivateKey({ scheme: "secp256k1" });
  }
}
