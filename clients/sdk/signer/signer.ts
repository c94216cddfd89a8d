import type { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";

/** A signature with what was really signed: a wallet may change fee and memo. */
export interface DirectSignature {
  readonly signed: SignDoc;
  /** secp256k1 over sha256 of the sign doc's bytes: 64 bytes r ‖ s with the lower s. */
  readonly signature: Uint8Array;
}

/** Whoever signs for an account: a key in memory, a browser wallet, a hardware device. */
export interface Signer {
  /** Bech32 address of the account, `nesa1…`. */
  readonly address: string;
  /** 33 bytes, compressed secp256k1. */
  readonly publicKey: Uint8Array;
  /** Signs in SIGN_MODE_DIRECT. */
  readonly signDirect: (document: SignDoc) => Promise<DirectSignature>;
}
