import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import {
  AuthInfo,
  type SignDoc,
  type SignerInfo,
  TxBody,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
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
  /** Account that pays the fee in place of the signer, and signs too; empty for none. */
  readonly payer?: string | undefined;
  /** Account that has granted the fee; empty for none. */
  readonly granter?: string | undefined;
}

/** Who signs it, and at which place among its transactions. */
export interface TxSigner {
  readonly publicKey: Uint8Array;
  readonly sequence: bigint;
  /** SIGN_MODE_DIRECT unless given. */
  readonly mode?: SignMode | undefined;
}

/** Body and auth info, encoded. */
export type TxParts = Pick<SignDoc, "bodyBytes" | "authInfoBytes">;

/**
 * Body and auth info of a transaction with one signer, in SIGN_MODE_DIRECT unless said otherwise,
 * encoded.
 *
 * @example
 * const document = { ...buildTx(content, { publicKey, sequence }), chainId, accountNumber };
 */
export function buildTx(
  content: TxContent,
  { publicKey, sequence, mode = SignMode.DIRECT }: TxSigner,
): TxParts {
  return buildTxFor(content, {
    publicKey: pack(PubKey, { key: publicKey }),
    modeInfo: { single: { mode }, multi: undefined },
    sequence,
  });
}

/** The same for any kind of signer, such as a multisig. */
export function buildTxFor(content: TxContent, signer: SignerInfo): TxParts {
  const { messages, memo, timeoutHeight, gasLimit, fee, payer = "", granter = "" } = content;
  const body = TxBody.create({ messages: [...messages], memo, timeoutHeight });
  const authInfo = AuthInfo.create({
    signerInfos: [signer],
    fee: { amount: [...fee], gasLimit, payer, granter },
  });
  return { bodyBytes: TxBody.encode(body), authInfoBytes: AuthInfo.encode(authInfo) };
}
