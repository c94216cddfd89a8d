import { type Address, parseAddress } from "#core/crypto/address.js";
import type { DecodedTx } from "#core/codec/tx.js";

/** One who must sign a transaction. */
export interface Signer {
  readonly address: Address;
  /** Bech32 of the address, as messages and events spell it. */
  readonly text: string;
}

/**
 * Everybody who must sign, once each, in the order in which the messages name them; a fee payer
 * that no message names comes last. An operator address signs with its account.
 */
export function signersOf(
  tx: DecodedTx,
  messageSigners: (typeUrl: string, message: object) => readonly string[],
): Signer[] {
  const named = tx.messages.flatMap(({ typeUrl, value }) => messageSigners(typeUrl, value));
  const payer = tx.authInfo.fee?.payer ?? "";
  const all = payer === "" ? named : [...named, payer];
  const unique = [...new Set(all)];
  return unique.map((text) => ({ text, address: parseAddress("account", text) }));
}
