import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, type SignDoc, TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import type { Coin } from "#core/primitives/coin.js";

/** What a transaction does and under which conditions. */
export interface TxContent {
  /** Messages in order; `pack` of the codec's module wraps one. */
  readonly messages: readonly PackedMessage[];
  readonly memo: string;
  /** Height after which no block may have it; 0 for none. */
  readonly timeoutHeight: bigint;
  readonly gasLimit: bigint;
  readonly fee: readonly Coin[];
}

/** Who signs it, and at which place among its transactions. */
export interface TxSigner {
  readonly publicKey: Uint8Array;
  readonly sequence: bigint;
}

/**
 * Body and auth info of a transaction with one signer in SIGN_MODE_DIRECT, encoded.
 *
 * @example
 * const document = { ...buildTx(content, { publicKey, sequence }), chainId, accountNumber };
 */
export function buildTx(
  content: TxContent,
  { publicKey, sequence }: TxSigner,
): Pick<SignDoc, "bodyBytes" | "authInfoBytes"> {
  const { messages, memo, timeoutHeight, gasLimit, fee } = content;
  const body = TxBody.create({ messages: [...messages], memo, timeoutHeight });
  const single = { mode: SignMode.DIRECT };
  const authInfo = AuthInfo.create({
    signerInfos: [
      {
        publicKey: pack(PubKey, { key: publicKey }),
        modeInfo: { single, multi: undefined },
        sequence,
      },
    ],
    fee: { amount: [...fee], gasLimit, payer: "", granter: "" },
  });
  return { bodyBytes: TxBody.encode(body), authInfoBytes: AuthInfo.encode(authInfo) };
}
