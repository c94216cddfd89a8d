import { type Address, BECH32_PREFIX, parseAddress } from "#core/crypto/address.js";

/**
 * The account that signs for a signer as a message names it: the account itself, or that of an
 * operator, which is the same bytes. Fails with `sdk/7 invalid address`.
 */
export function signerAddress(text: string): Address {
  const operator = text.toLowerCase().startsWith(`${BECH32_PREFIX.operator}1`);
  return parseAddress(operator ? "operator" : "account", text);
}
