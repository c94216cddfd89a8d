import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, type Tx, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import type { TestAccount } from "./identities.js";

/** What a test says about a transaction; the rest has defaults. */
export interface TxParts {
  readonly messages: readonly PackedMessage[];
  readonly signer: TestAccount;
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly gasLimit?: bigint;
  /** In unes. */
  readonly fee?: bigint;
  readonly memo?: string;
}

/** A signed transaction (SIGN_MODE_DIRECT). */
export function signedTx(parts: TxParts): Uint8Array {
  return TxRaw.encode(signRaw(parts));
}

/** The same as the JSON-able message that genesis files hold. */
export function signedTxMessage(parts: TxParts): Tx {
  const raw = signRaw(parts);
  return {
    body: TxBody.decode(raw.bodyBytes),
    authInfo: AuthInfo.decode(raw.authInfoBytes),
    signatures: raw.signatures,
  };
}

function signRaw(parts: TxParts): TxRaw {
  const bodyBytes = TxBody.encode(
    TxBody.create({ messages: [...parts.messages], memo: parts.memo ?? "" }),
  );
  const authInfoBytes = AuthInfo.encode({
    signerInfos: [
      {
        publicKey: pack(PubKey, { key: parts.signer.publicKey }),
        modeInfo: { single: { mode: SignMode.DIRECT }, multi: undefined },
        sequence: parts.sequence,
      },
    ],
    fee: {
      amount: parts.fee === undefined ? [] : [coin("unes", parts.fee)],
      gasLimit: parts.gasLimit ?? 1_000_000n,
      payer: "",
      granter: "",
    },
    tip: undefined,
  });
  const { chainId, accountNumber } = parts;
  const message = directSignBytes({ bodyBytes, authInfoBytes }, { chainId, accountNumber });
  return { bodyBytes, authInfoBytes, signatures: [parts.signer.sign(message)] };
}
