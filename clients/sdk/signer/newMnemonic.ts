import { mnemonicOfEntropy } from "#core/crypto/hd.js";

/** Bytes of entropy of 24 words. */
const ENTROPY_BYTES = 32;

/**
 * A new mnemonic of 24 words from the platform's cryptographic randomness.
 *
 * @example
 * const mnemonic = newMnemonic();
 */
export function newMnemonic(): string {
  return mnemonicOfEntropy(globalThis.crypto.getRandomValues(new Uint8Array(ENTROPY_BYTES)));
}
