import { canonicalJson } from "#core/codec/amino/canonicalJson.js";
import type { JsonValue } from "#core/codec/json.js";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { toBase64, utf8 } from "#core/primitives/bytes.js";
import { SdkError } from "../errors.js";

/** A document of SIGN_MODE_LEGACY_AMINO_JSON, as CosmJS and Keplr have it. */
export interface StdSignDoc {
  readonly account_number: string;
  readonly chain_id: string;
  readonly fee: StdFee;
  readonly memo: string;
  readonly msgs: ReadonlyArray<{
    readonly type: string;
    readonly value: Readonly<Record<string, unknown>>;
  }>;
  readonly sequence: string;
  readonly timeout_height?: string;
}

/** The fee of such a document. */
export interface StdFee {
  readonly amount: ReadonlyArray<{ readonly denom: string; readonly amount: string }>;
  readonly gas: string;
  readonly payer?: string;
  readonly granter?: string;
}

/** What a wallet signed, which may differ from what it was given, and its signature. */
export interface AminoSignResponse {
  readonly signed: StdSignDoc;
  readonly signature: {
    readonly pub_key: { readonly type: string; readonly value: unknown };
    /** base64 of the 64 bytes. */
    readonly signature: string;
  };
}

/**
 * A wallet that signs amino JSON: CosmJS's `OfflineAminoSigner`, which `Secp256k1HdWallet`, the
 * Ledger signer and Keplr's `getOfflineSignerOnlyAmino` are.
 */
export interface AminoWallet {
  readonly getAccounts: () => Promise<
    ReadonlyArray<{
      readonly address: string;
      readonly algo: "secp256k1" | "ed25519" | "sr25519" | "eth_secp256k1" | "ethsecp256k1";
      readonly pubkey: Uint8Array;
    }>
  >;
  readonly signAmino: (address: string, document: StdSignDoc) => Promise<AminoSignResponse>;
}

/**
 * A wallet for a secp256k1 private key of 32 bytes, which it keeps in memory; CosmJS takes it as an
 * `OfflineAminoSigner`. Fails with the ChainError `crypto/2` for bytes that are no key.
 *
 * @example
 * const signer = await aminoSigner(aminoWalletFromPrivateKey(key));
 */
export function aminoWalletFromPrivateKey(privateKey: Uint8Array): AminoWallet {
  const key = privateKey.slice();
  const pubkey = secp256k1PublicKey(key);
  const address = formatAddress("account", accountAddress(pubkey));
  const pub_key = { type: "tendermint/PubKeySecp256k1", value: toBase64(pubkey) };
  return {
    getAccounts: () => Promise.resolve([{ address, algo: "secp256k1", pubkey }]),
    signAmino: (signer, signed) => {
      if (signer !== address) {
        const problem = `the wallet signs for ${address}, not for ${signer}`;
        return Promise.reject(new SdkError("INVALID_ARGUMENT", { argument: "address", problem }));
      }
      const signature = toBase64(signSecp256k1(stdSignBytes(signed), key));
      return Promise.resolve({ signed, signature: { pub_key, signature } });
    },
  };
}

/**
 * The bytes of a document that are signed.
 *
 * @example
 * const bytes = stdSignBytes(stdSignDoc(content, { chainId, account }));
 */
export function stdSignBytes(document: StdSignDoc): Uint8Array {
  return utf8(canonicalJson(document as unknown as JsonValue));
}
