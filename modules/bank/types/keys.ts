/** Name of the module. */
export const BANK_MODULE = "bank";

/** Name of the module's store, as in the SDK: light clients prove balances under it. */
export const BANK_STORE = "bank";

/**
 * Store prefixes: key → value. Balances have the SDK's key, so that whoever proves a balance on
 * another Cosmos chain finds it here at the same key.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | denom | total supply, decimal digits |
 * | 0x01 | denom | cosmos.bank.v1beta1.Metadata |
 * | 0x02 | length and bytes of the address, denom | balance, decimal digits; absent when zero |
 * | 0x03 | denom, zero byte, length and bytes of the address | nothing: owners of a denomination |
 * | 0x04 | denom | send-enabled, one byte 0 or 1, where it differs from the default |
 * | 0x05 | | cosmos.bank.v1beta1.Params |
 */
export const PREFIX = {
  supply: 0x00,
  metadata: 0x01,
  balance: 0x02,
  owner: 0x03,
  sendEnabled: 0x04,
  params: 0x05,
} as const;
