import { TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { AccountState } from "../auth/account.js";
import type { Signer } from "../signer/signer.js";
import { buildTx, type TxContent } from "./buildTx.js";

/** Whose transaction it is and on which chain. */
export interface SigningPlace {
  readonly signer: Signer;
  readonly chainId: string;
  /** The account with the sequence that this transaction takes. */
  readonly account: AccountState;
}

/**
 * Signs a transaction; gives the bytes to broadcast.
 *
 * @example
 * const bytes = await signTx(content, { signer, chainId, account });
 */
export async function signTx(content: TxContent, place: SigningPlace): Promise<Uint8Array> {
  const { signer, chainId, account } = place;
  if ("signAminoTx" in signer) return signer.signAminoTx(content, { chainId, account });
  const { publicKey } = signer;
  const parts = buildTx(content, { publicKey, sequence: account.sequence });
  const document = { ...parts, chainId, accountNumber: account.number };
  const { signed, signature } = await signer.signDirect(document);
  return TxRaw.encode({
    bodyBytes: signed.bodyBytes,
    authInfoBytes: signed.authInfoBytes,
    signatures: [signature],
  });
}
