/** Name of the module, and of the module account that holds what delegators and the pool own. */
export const REWARD_MODULE = "reward";

/** Name of the module's store. */
export const REWARD_STORE = "reward";

/**
 * Store prefixes: key → value. Operators and delegators are 20 bytes; before another key an
 * address stands behind its length.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | | aivm.reward.v1.Params |
 * | 0x01 | | community pool in unes, decimal digits |
 * | 0x02 | operator | aivm.reward.v1.ValidatorRewards; absent until the first reward |
 * | 0x03 | operator, delegator | `per_share` at which the delegation's unpaid rewards begin, decimal digits |
 * | 0x04 | request id, 8 bytes | aivm.reward.v1.Breakdown |
 */
export const PREFIX = {
  params: 0x00,
  communityPool: 0x01,
  validator: 0x02,
  start: 0x03,
  breakdown: 0x04,
} as const;
