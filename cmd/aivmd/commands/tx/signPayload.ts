import { signersOf } from "#app/ante/signers.js";
import { wire, type Wiring } from "#app/wiring.js";
import { aminoSignBytes } from "#core/codec/amino/signDoc.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import {
  AuthInfo,
  type SignerInfo,
  TxBody,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { decodeTx, type DecodedTx, directSignBytes } from "#core/codec/tx.js";
import { formatAddress } from "#core/crypto/address.js";
import { publicKeyAddress, unpackPublicKey } from "#modules/auth/types/publicKey.js";
import { noAggregator } from "#server/query/noAggregator.js";
import type { AccountState } from "#sdk/auth/account.js";
import type { TxDocument } from "./txFile.js";

/** Whoever signs for which chain, and how. */
export interface SigningPlace {
  readonly mode: SignMode;
  readonly chainId: string;
  readonly account: AccountState;
}

let wiring: Wiring | undefined;

/** The modules of the chain, without any state. */
function modules(): Wiring {
  wiring ??= wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
  return wiring;
}

/** Bytes of a transaction, as a node takes them. */
export function encodeTx({ body, authInfo, signatures }: TxDocument): Uint8Array {
  return TxRaw.encode({
    bodyBytes: TxBody.encode(body),
    authInfoBytes: AuthInfo.encode(authInfo),
    signatures: [...signatures],
  });
}

/** Accounts that have to sign, in the order of their signatures; fails with codec errors or `sdk/7`. */
export function signersOfTx(document: TxDocument): string[] {
  return signersOf(decoded(document), modules().messageSigners).map(({ text }) => text);
}

/** What is signed; for SIGN_MODE_DIRECT the document must name its signer. */
export function signBytes(document: TxDocument, place: SigningPlace): Uint8Array {
  const { mode, chainId, account } = place;
  const { raw, messages, body, authInfo } = decoded(document);
  if (mode === SignMode.DIRECT) {
    return directSignBytes(raw, { chainId, accountNumber: account.number });
  }
  return aminoSignBytes(
    { messages, body, fee: authInfo.fee },
    { chainId, accountNumber: account.number, sequence: account.sequence },
    modules().modules.types,
  );
}

/** Account of a signer info; undefined where it shows no key. */
export function accountOfInfo({ publicKey }: SignerInfo): string | undefined {
  if (publicKey === undefined) return undefined;
  return formatAddress("account", publicKeyAddress(unpackPublicKey(publicKey)));
}

function decoded(document: TxDocument): DecodedTx {
  return decodeTx(encodeTx(document), modules().modules.types);
}
