import type { TxResult } from "#core/baseapp/txResult.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import {
  AuthInfo,
  Fee,
  type SignerInfo,
  TxBody,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import type { TestAccount } from "#test/harness/identities.js";

/** What an operation wants in a block. */
export interface TxDraft {
  readonly messages: readonly PackedMessage[];
  /** Everybody who must sign, in order; the first pays. */
  readonly signers: readonly TestAccount[];
  readonly gasLimit?: bigint;
  readonly fee?: readonly Coin[];
  /** What is wrong with the transaction; absent when it is well made. */
  readonly flaw?: Flaw;
  /** Throws a violation when the result in a block is not what it must be. */
  readonly expect?: (result: TxResult) => void;
}

/** A transaction of one signer with its messages. */
export function one(signer: TestAccount, ...messages: readonly PackedMessage[]): TxDraft {
  return { signers: [signer], messages };
}

/** Ways in which a transaction can be badly made; each is applied before the signatures. */
export interface Flaw {
  /** Added to the sequence of every signer. */
  readonly sequenceOffset?: bigint;
  readonly body?: (body: TxBody) => TxBody;
  readonly auth?: (auth: AuthInfo) => AuthInfo;
  /** Applied after the signatures. */
  readonly raw?: (raw: TxRaw) => TxRaw;
  /** Signed for another chain. */
  readonly chainId?: string;
}

/** What the chain knows of a signer. */
export interface SignerState {
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** Gas that is enough for every message of the simulation. */
export const DEFAULT_GAS = 3_000_000n;

/** Fee of every well-made transaction, in unes. */
export const DEFAULT_FEE = 1_500n;

/** Bytes of a transaction, signed by all its signers. */
export function signDraft(
  draft: TxDraft,
  chainId: string,
  stateOf: (signer: TestAccount) => SignerState,
): Uint8Array {
  const { flaw = {} } = draft;
  const body = TxBody.create({ messages: [...draft.messages] });
  const states = draft.signers.map(stateOf);
  const auth = AuthInfo.create({
    signerInfos: draft.signers.map((signer, index) =>
      signerInfo(signer, (states[index]?.sequence ?? 0n) + (flaw.sequenceOffset ?? 0n)),
    ),
    fee: Fee.create({
      amount: [...(draft.fee ?? [coin("unes", DEFAULT_FEE)])],
      gasLimit: draft.gasLimit ?? DEFAULT_GAS,
    }),
  });
  const bodyBytes = TxBody.encode(flaw.body?.(body) ?? body);
  const authInfoBytes = AuthInfo.encode(flaw.auth?.(auth) ?? auth);
  const signatures = draft.signers.map((signer, index) => {
    const accountNumber = states[index]?.accountNumber ?? 0n;
    const signed = { chainId: flaw.chainId ?? chainId, accountNumber };
    return signer.sign(directSignBytes({ bodyBytes, authInfoBytes }, signed));
  });
  const raw = { bodyBytes, authInfoBytes, signatures };
  return TxRaw.encode(flaw.raw?.(raw) ?? raw);
}

function signerInfo(signer: TestAccount, sequence: bigint): SignerInfo {
  return {
    publicKey: pack(PubKey, { key: signer.publicKey }),
    modeInfo: { single: { mode: SignMode.DIRECT }, multi: undefined },
    sequence,
  };
}
