import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";

/** The account that a validator's pay goes to: its operator address in account form. */
export function operatorAccount(operatorAddress: string): Address {
  return parseAddress("operator", operatorAddress);
}

/** Bech32 of the account behind an operator address, as it signs transactions. */
export function operatorAccountText(operatorAddress: string): string {
  return formatAddress("account", operatorAccount(operatorAddress));
}
