import { signerAddress } from "#core/baseapp/signer.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { toHex } from "#core/primitives/bytes.js";

/** One who must sign a transaction. */
export interface Signer {
  readonly address: Address;
  /** Bech32 of the account, by which events name it whatever the message has. */
  readonly text: string;
}

/** Names those who must sign a message, given its type URL, as the message spells them. */
export type MessageSigners = (typeUrl: string, message: object) => readonly string[];

/**
 * Everybody who must sign, once each, in the order in which the messages name them; a fee payer
 * that no message names comes last. An operator address signs with its account. Fails with
 * `sdk/7 invalid address`.
 */
export function signersOf(tx: DecodedTx, messageSigners: MessageSigners): Signer[] {
  const named = tx.messages.flatMap(({ typeUrl, value }) => messageSigners(typeUrl, value));
  const addresses = named.map(signerAddress);
  const payer = feePayer(tx);
  if (payer !== undefined) addresses.push(payer);
  const byAddress = new Map(addresses.map((address) => [toHex(address), address]));
  return [...byAddress].map(([, address]) => ({
    address,
    text: formatAddress("account", address),
  }));
}

/** The account that the transaction names to pay its fee, if it names one. */
export function feePayer(tx: DecodedTx): Address | undefined {
  const payer = tx.authInfo.fee?.payer ?? "";
  return payer === "" ? undefined : parseAddress("account", payer);
}
