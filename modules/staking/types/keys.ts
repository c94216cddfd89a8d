/** Name of the module, and of the genesis section in the form of cosmos.staking. */
export const STAKING_MODULE = "staking";

/** Name of the module's store, as in the SDK. */
export const STAKING_STORE = "staking";

/** Genesis section and message module of what the SDK keeps in x/slashing. */
export const SLASHING_SECTION = "slashing";

/** Genesis section of this chain's own additions: VRF keys and consensus sets. */
export const PROVIDER_SECTION = "provider";

/** Module account that holds the tokens of bonded validators; it may burn. */
export const BONDED_POOL = "bonded_tokens_pool";

/** Module account that holds all other staked tokens and what unbonds; it may burn. */
export const NOT_BONDED_POOL = "not_bonded_tokens_pool";

/**
 * Store prefixes: key → value. Up to 0x71 prefixes and keys are the SDK's, but for the queues and
 * the power index, whose entries are keys without values. "Operator" and "delegator" are addresses
 * of 20 bytes behind their length; heights, times and powers are 8 bytes big-endian.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x11 | operator | power in the latest set, 8 bytes; only members of that set |
 * | 0x12 | | sum of those powers, 8 bytes |
 * | 0x21 | operator | cosmos.staking.v1beta1.Validator |
 * | 0x22 | consensus address | operator |
 * | 0x23 | power, operator with all bits inverted | nothing: validators that may be bonded |
 * | 0x31 | delegator, operator | cosmos.staking.v1beta1.Delegation |
 * | 0x32 | delegator, operator | cosmos.staking.v1beta1.UnbondingDelegation |
 * | 0x33 | operator, delegator | nothing: index of 0x32 |
 * | 0x37 | | id of the next unbonding entry, 8 bytes |
 * | 0x41 | completion time in ns, delegator, operator | nothing: when entries of 0x32 are due |
 * | 0x43 | completion time in ns, operator | nothing: when validators cease to unbond |
 * | 0x50 | height | cosmos.staking.v1beta1.HistoricalInfo |
 * | 0x51 | | cosmos.staking.v1beta1.Params |
 * | 0x71 | operator, delegator | nothing: index of 0x31 |
 * | 0x80 | | cosmos.slashing.v1beta1.Params |
 * | 0x81 | consensus address | cosmos.slashing.v1beta1.ValidatorSigningInfo |
 * | 0x82 | consensus address, chunk | 1,024 bits of missed blocks; absent when none was missed |
 * | 0x90 | | aivm.staking.v1.Params |
 * | 0x91 | operator | aivm.staking.v1.Provider |
 * | 0x92 | height, operator | nothing: when first VRF keys take effect |
 * | 0x93 | height | aivm.staking.v1.ConsensusSet |
 */
export const PREFIX = {
  lastPower: 0x11,
  lastTotalPower: 0x12,
  validator: 0x21,
  byConsensusAddress: 0x22,
  powerIndex: 0x23,
  delegation: 0x31,
  unbonding: 0x32,
  unbondingByOperator: 0x33,
  nextUnbondingId: 0x37,
  unbondingQueue: 0x41,
  validatorQueue: 0x43,
  historicalInfo: 0x50,
  stakingParams: 0x51,
  delegationByOperator: 0x71,
  slashingParams: 0x80,
  signingInfo: 0x81,
  missedBlocks: 0x82,
  providerParams: 0x90,
  provider: 0x91,
  keyQueue: 0x92,
  consensusSet: 0x93,
} as const;
