import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "crypto";

/** Bytes are not a secp256k1 private key, or not an ed25519 seed. */
export const invalidPrivateKey = defineError(CODESPACE, {
  code: 2,
  summary: "not a private key",
});

/** Words are not a BIP-39 mnemonic: a word out of the list, a wrong count, a wrong checksum. */
export const invalidMnemonic = defineError(CODESPACE, {
  code: 3,
  summary: "not a BIP-39 mnemonic of English words",
});

/** The derivation index or the entropy is out of range. */
export const invalidDerivation = defineError(CODESPACE, {
  code: 4,
  summary: "key derivation is out of range",
});
