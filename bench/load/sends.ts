import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { directSignBytes } from "#core/codec/tx.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { encodeBech32 } from "#core/crypto/bech32.js";
import { accountAddress } from "#core/crypto/address.js";
import { domainHash } from "#core/crypto/hash.js";
import { secp256k1PublicKey, signSecp256k1 } from "#core/crypto/secp256k1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { buildTx } from "#sdk/tx/buildTx.js";

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

/** Where a transaction stands among those of its account. */
export interface TxPlace {
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** A signed MsgSend of 1 to `recipient`. */
export function signSend(
  chain: SendChain,
  sender: Sender,
  given: TxPlace & { readonly recipient: string },
): Uint8Array {
  const message = MsgSend.create({
    fromAddress: sender.address,
    toAddress: given.recipient,
    amount: [coin(chain.denom, 1n)],
  });
  return signMessages(chain, sender, [pack(MsgSend, message)], given);
}

/** A signed transaction. */
export function signMessages(
  chain: SendChain,
  sender: Sender,
  messages: readonly PackedMessage[],
  { accountNumber, sequence }: TxPlace,
): Uint8Array {
  const { gasLimit, chainId } = chain;
  const content = {
    messages,
    memo: "",
    timeoutHeight: 0n,
    gasLimit,
    fee: [coin(chain.denom, chain.fee)],
  };
  const parts = buildTx(content, { publicKey: sender.publicKey, sequence });
  const signature = signSecp256k1(
    directSignBytes(parts, { chainId, accountNumber }),
    sender.secret,
  );
  return TxRaw.encode({ ...parts, signatures: [signature] });
}
