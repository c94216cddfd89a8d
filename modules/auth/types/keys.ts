/** Name of the module. */
export const AUTH_MODULE = "auth";

/** Name of the module's store, as in the SDK: light clients prove accounts under it. */
export const AUTH_STORE = "acc";

/** Module account that collects transaction fees until the reward module hands them out. */
export const FEE_COLLECTOR = "fee_collector";

/**
 * Store prefixes: key → value.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | | cosmos.auth.v1beta1.Params |
 * | 0x01 | address, 20 bytes | google.protobuf.Any of a BaseAccount or ModuleAccount |
 * | 0x02 | | number of the next account, 8 bytes |
 * | 0x03 | account number, 8 bytes | address |
 */
export const PREFIX = {
  params: 0x00,
  account: 0x01,
  nextNumber: 0x02,
  byNumber: 0x03,
} as const;
