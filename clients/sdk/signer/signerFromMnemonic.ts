import { deriveAccount } from "#core/crypto/hd.js";
import type { DirectSigner } from "./signer.js";
import { signerFromPrivateKey } from "./signerFromPrivateKey.js";

/** Which account of a mnemonic is meant. */
export interface MnemonicOptions {
  /** Account m/44'/118'/0'/0/index; 0 unless given. */
  readonly index?: number | undefined;
  /** BIP-39 passphrase; none unless given. */
  readonly passphrase?: string | undefined;
}

/**
 * A signer for an account of a BIP-39 mnemonic of English words, the one that Cosmos wallets
 * derive. Takes some tens of milliseconds. Fails with the ChainErrors `crypto/3` and `crypto/4`.
 *
 * @example
 * const signer = signerFromMnemonic(mnemonic);
 */
export function signerFromMnemonic(mnemonic: string, options: MnemonicOptions = {}): DirectSigner {
  const { index = 0, passphrase = "" } = options;
  return signerFromPrivateKey(deriveAccount(mnemonic, index, passphrase).privateKey);
}
