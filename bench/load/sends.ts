import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { AuthInfo, Fee, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack } from "#core/codec/typeRegistry.js";
import { encodeBech32 } from "#core/crypto/bech32.js";
import { accountAddress } from "#core/crypto/address.js";
import { domainHash } from "#core/crypto/hash.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";

/** The chain that transactions are signed for. */
export interface SendChain {
  readonly chainId: string;
  /** Of account addresses. */
  readonly prefix: string;
  readonly denom: string;
  readonly gasLimit: bigint;
  /** In the denomination above. */
  readonly fee: bigint;
}

/** An account that sends; the same on every chain but for the spelling of its address. */
export interface Sender {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly address: string;
}

/** Accounts derived from their numbers. */
export function createSenders(count: number, prefix: string): Sender[] {
  return Array.from({ length: count }, (_, index) => {
    const secret = domainHash("bench/sender", utf8(index.toString()));
    const publicKey = secp256k1PublicKey(secret);
    return { secret, publicKey, address: encodeBech32(prefix, accountAddress(publicKey)) };
  });
}

/** A signed MsgSend of 1 to `recipient`. */
export function signSend(
  chain: SendChain,
  sender: Sender,
  given: { readonly recipient: string; readonly accountNumber: bigint; readonly sequence: bigint },
): Uint8Array {
  const message = MsgSend.create({
    fromAddress: sender.address,
    toAddress: given.recipient,
    amount: [coin(chain.denom, 1n)],
  });
  const bodyBytes = TxBody.encode(TxBody.create({ messages: [pack(MsgSend, message)] }));
  const authInfo = AuthInfo.create({
    signerInfos: [
      {
        publicKey: pack(PubKey, { key: sender.publicKey }),
        modeInfo: { single: { mode: SignMode.DIRECT }, multi: undefined },
        sequence: given.sequence,
      },
    ],
    fee: Fee.create({ amount: [coin(chain.denom, chain.fee)], gasLimit: chain.gasLimit }),
  });
  const authInfoBytes = AuthInfo.encode(authInfo);
  const { accountNumber } = given;
  const signed = directSignBytes(
    { bodyBytes, authInfoBytes },
    { chainId: chain.chainId, accountNumber },
  );
  const signature = signSecp256k1(signed, sender.secret);
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [signature] });
}
