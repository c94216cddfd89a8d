import type { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { AccountState } from "../auth/account.js";
import type { TxContent } from "../tx/buildTx.js";

/** A signature with what was really signed: a wallet may change fee and memo. */
export interface DirectSignature {
  readonly signed: SignDoc;
  /** secp256k1 over sha256 of the sign doc's bytes: 64 bytes r ‖ s with the lower s. */
  readonly signature: Uint8Array;
}

/** The account that somebody signs for. */
export interface SignerAccount {
  /** Bech32 address of the account, `nesa1…`. */
  readonly address: string;
  /** 33 bytes, compressed secp256k1. */
  readonly publicKey: Uint8Array;
}

/** A signer in SIGN_MODE_DIRECT. */
export interface DirectSigner extends SignerAccount {
  /** Signs in SIGN_MODE_DIRECT. */
  readonly signDirect: (document: SignDoc) => Promise<DirectSignature>;
}

/** Where a transaction is signed for. */
export interface SignedPlace {
  readonly chainId: string;
  /** The account with the sequence that the transaction takes. */
  readonly account: AccountState;
}

/** A signer in SIGN_MODE_LEGACY_AMINO_JSON; `aminoSigner` makes one of a wallet. */
export interface AminoSigner extends SignerAccount {
  /** Gives the signed transaction; the wallet may have changed its fee and memo. */
  readonly signAminoTx: (content: TxContent, place: SignedPlace) => Promise<Uint8Array>;
}

/** Whoever signs for an account: a key in memory, a browser wallet, a hardware device. */
export type Signer = DirectSigner | AminoSigner;
