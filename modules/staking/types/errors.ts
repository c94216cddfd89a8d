import { defineError } from "#core/primitives/errors.js";

const STAKING = "staking";
const SLASHING = "slashing";
const PROVIDER = "provider";

/** Codes and sentences of x/staking/types/errors.go of cosmos-sdk v0.50. */
export const noValidatorFound = defineError(STAKING, {
  code: 3,
  summary: "validator does not exist",
});
export const operatorExists = defineError(STAKING, {
  code: 4,
  summary:
    "validator already exist for this operator address; must use new validator operator address",
});
export const pubKeyExists = defineError(STAKING, {
  code: 5,
  summary: "validator already exist for this pubkey; must use new validator pubkey",
});
export const pubKeyTypeNotSupported = defineError(STAKING, {
  code: 6,
  summary: "validator pubkey type is not supported",
});
export const validatorJailed = defineError(STAKING, {
  code: 7,
  summary: "validator for this address is currently jailed",
});
export const commissionNegative = defineError(STAKING, {
  code: 9,
  summary: "commission must be positive",
});
export const commissionHuge = defineError(STAKING, {
  code: 10,
  summary: "commission cannot be more than 100%",
});
export const commissionAboveMaxRate = defineError(STAKING, {
  code: 11,
  summary: "commission cannot be more than the max rate",
});
export const commissionChangeNegative = defineError(STAKING, {
  code: 13,
  summary: "commission change rate must be positive",
});
export const commissionChangeAboveMaxRate = defineError(STAKING, {
  code: 14,
  summary: "commission change rate cannot be more than the max rate",
});
export const selfDelegationBelowMinimum = defineError(STAKING, {
  code: 16,
  summary: "validator's self delegation must be greater than their minimum self delegation",
});
export const noDelegation = defineError(STAKING, {
  code: 19,
  summary: "no delegation for (address, validator) tuple",
});
export const insufficientShares = defineError(STAKING, {
  code: 22,
  summary: "insufficient delegation shares",
});
export const noUnbondingDelegation = defineError(STAKING, {
  code: 26,
  summary: "no unbonding delegation found",
});
export const tooManyUnbondingEntries = defineError(STAKING, {
  code: 27,
  summary: "too many unbonding delegation entries for (delegator, validator) tuple",
});
export const exchangeRateInvalid = defineError(STAKING, {
  code: 34,
  summary: "cannot delegate to validators with invalid (zero) ex-rate",
});
export const emptyPubKey = defineError(STAKING, {
  code: 39,
  summary: "empty validator public key",
});
export const commissionBelowMinRate = defineError(STAKING, {
  code: 40,
  summary: "commission cannot be less than min rate",
  sentence: ({ minimum }) =>
    `cannot set validator commission to less than minimum rate of ${String(minimum)}: commission cannot be less than min rate`,
});

/** A genesis section of this module contradicts itself or another one; `at` names the path. */
export const invalidGenesis = defineError(STAKING, {
  code: 100,
  summary: "staking genesis is invalid",
});

/** Codes and sentences of x/slashing/types/errors.go of cosmos-sdk v0.50. */
export const noValidatorForAddress = defineError(SLASHING, {
  code: 2,
  summary: "address is not associated with any known validator",
});
export const stillJailed = defineError(SLASHING, {
  code: 4,
  summary: "validator still jailed; cannot be unjailed",
});
export const notJailed = defineError(SLASHING, {
  code: 5,
  summary: "validator not jailed; cannot be unjailed",
});
export const missingSelfDelegation = defineError(SLASHING, {
  code: 6,
  summary: "validator has no self-delegation; cannot be unjailed",
});
export const selfDelegationTooLow = defineError(SLASHING, {
  code: 7,
  summary: "validator's self delegation less than minimum; cannot be unjailed",
  sentence: ({ tokens, minimum }) =>
    `${String(tokens)} less than ${String(minimum)}: validator's self delegation less than minimum; cannot be unjailed`,
});
export const validatorTombstoned = defineError(SLASHING, {
  code: 9,
  summary: "validator already tombstoned",
});

/** The bytes are not a VRF public key: a canonical point of ed25519 that is not of small order. */
export const invalidVrfKey = defineError(PROVIDER, {
  code: 2,
  summary: "not a VRF public key",
});

/** The proof does not show that the sender holds the secret of the VRF key. */
export const invalidPossessionProof = defineError(PROVIDER, {
  code: 3,
  summary: "possession proof of the VRF key is invalid",
});
