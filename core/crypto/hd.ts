import { HDKey } from "@scure/bip32";
import { entropyToMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { assertDefined } from "#core/primitives/assert.js";
import { invalidDerivation, invalidMnemonic } from "./errors.js";

/** Coin type of Cosmos accounts (SLIP-44), which wallets assume. */
export const COIN_TYPE = 118;

/** BIP-32 child numbers from here on are hardened. */
const INDEX_END = 0x8000_0000;

/** An account's key pair for secp256k1. */
export interface KeyPair {
  /** 32 bytes, secret. */
  readonly privateKey: Uint8Array;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
}

/**
 * The words of a new mnemonic for 16 to 32 random bytes in steps of 4 (12 to 24 words). Whoever
 * calls brings the randomness. Fails with `crypto/4`.
 */
export function mnemonicOfEntropy(entropy: Uint8Array): string {
  const { length } = entropy;
  if (length < 16 || length > 32 || length % 4 !== 0) throw invalidDerivation({ bytes: length });
  return entropyToMnemonic(entropy, wordlist);
}

/** Whether the words are of the English list and their checksum fits (BIP-39). */
export function isMnemonic(mnemonic: string): boolean {
  return validateMnemonic(mnemonic, wordlist);
}

/**
 * Key of the account m/44'/118'/0'/0/index of a mnemonic (BIP-39, BIP-32), `index` from 0 and
 * below 2^31. Takes some tens of milliseconds: 2048 rounds of HMAC-SHA-512. Fails with `crypto/3`
 * for bad words and `crypto/4` for a bad index.
 */
export function deriveAccount(mnemonic: string, index = 0, passphrase = ""): KeyPair {
  if (!isMnemonic(mnemonic)) throw invalidMnemonic();
  if (!Number.isInteger(index) || index < 0 || index >= INDEX_END) {
    throw invalidDerivation({ index });
  }
  const seed = mnemonicToSeedSync(mnemonic, passphrase);
  const child = HDKey.fromMasterSeed(seed).derive(`m/44'/${COIN_TYPE}'/0'/0/${index}`);
  const privateKey = assertDefined(child.privateKey ?? undefined, "a derived key is private");
  const publicKey = assertDefined(child.publicKey ?? undefined, "a derived key has a public key");
  return { privateKey, publicKey };
}
