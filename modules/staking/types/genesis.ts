import {
  BondStatus,
  GenesisState,
  type Delegation as DelegationRecord,
  type UnbondingDelegation as UnbondingRecord,
  type Validator as ValidatorRecord,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import { validateCommission } from "./commission.js";
import { emptyPubKey, invalidGenesis } from "./errors.js";
import { requireShares, requireTime, requireTokens, requireUnique } from "./genesisFields.js";
import { consensusKeyOf, parsePair } from "./msgs.js";
import { defaultStakingParams, validateStakingParams } from "./params.js";

/** The genesis of a chain without validators. */
export function defaultGenesis(): GenesisState {
  return GenesisState.create({ params: defaultStakingParams() });
}

/**
 * Refuses what contradicts itself: records that occur twice or name no validator, amounts out of
 * range, shares that do not add up, powers that are not those of the bonded validators, and
 * redelegations, which this chain does not have.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateStakingParams(genesis.params);
  const shares = validateValidators(genesis.validators);
  validateDelegations(genesis.delegations, shares);
  validateUnbondings(genesis.unbondingDelegations);
  validateLastPowers(genesis);
  if (genesis.redelegations.length > 0) {
    throw invalidGenesis({ at: "staking.redelegations", problem: "not supported" });
  }
}

/** Checks validators by themselves; gives the shares of each by operator. */
function validateValidators(validators: readonly ValidatorRecord[]): Map<string, bigint> {
  const keys = new Set<string>();
  const shares = new Map<string, bigint>();
  for (const [index, validator] of validators.entries()) {
    const at = `staking.validators[${index}]`;
    parseAddress("operator", validator.operatorAddress);
    if (shares.has(validator.operatorAddress))
      throw invalidGenesis({ at, problem: "occurs twice" });
    if (validator.consensusPubkey === undefined) throw emptyPubKey();
    requireUnique(keys, toHex(consensusKeyOf(validator.consensusPubkey)), `${at}.consensus_pubkey`);
    shares.set(validator.operatorAddress, validateValidator(validator, at));
  }
  return shares;
}

function validateValidator(validator: ValidatorRecord, at: string): bigint {
  const { status } = validator;
  requireTokens(validator.tokens, `${at}.tokens`);
  const shares = requireShares(validator.delegatorShares, `${at}.delegator_shares`);
  requireTime(validator.unbondingTime, `${at}.unbonding_time`);
  requireTime(validator.commission.updateTime, `${at}.commission.update_time`);
  validateCommission(validator.commission.commissionRates);
  if (parseUint(validator.minSelfDelegation) === undefined) {
    throw invalidGenesis({ at: `${at}.min_self_delegation`, problem: "not an amount of tokens" });
  }
  if (status === BondStatus.UNSPECIFIED) {
    throw invalidGenesis({ at: `${at}.status`, problem: "is unspecified" });
  }
  if (shares === 0n && status === BondStatus.UNBONDED) {
    throw invalidGenesis({ at, problem: "an unbonded validator has shares" });
  }
  return shares;
}

/** Every delegation names a validator, and those of a validator are its shares together. */
function validateDelegations(
  delegations: readonly DelegationRecord[],
  expected: ReadonlyMap<string, bigint>,
): void {
  const pairs = new Set<string>();
  const missing = new Map(expected);
  for (const [index, delegation] of delegations.entries()) {
    const at = `staking.delegations[${index}]`;
    requirePair(pairs, delegation, at);
    const shares = requireShares(delegation.shares, `${at}.shares`);
    if (shares === 0n) throw invalidGenesis({ at, problem: "has no shares" });
    const left = missing.get(delegation.validatorAddress);
    if (left === undefined) throw invalidGenesis({ at, problem: "no such validator" });
    missing.set(delegation.validatorAddress, left - shares);
  }
  for (const [operator, left] of missing) {
    if (left === 0n) continue;
    throw invalidGenesis({ at: "staking.delegations", problem: "shares do not add up", operator });
  }
}

function validateUnbondings(unbondings: readonly UnbondingRecord[]): void {
  const pairs = new Set<string>();
  const ids = new Set<string>();
  for (const [index, unbonding] of unbondings.entries()) {
    const at = `staking.unbonding_delegations[${index}]`;
    requirePair(pairs, unbonding, at);
    if (unbonding.entries.length === 0) throw invalidGenesis({ at, problem: "has no entries" });
    for (const [place, entry] of unbonding.entries.entries()) {
      const path = `${at}.entries[${place}]`;
      requireTime(entry.completionTime, `${path}.completion_time`);
      requireUnique(ids, entry.unbondingId.toString(), `${path}.unbonding_id`);
      const initial = requireTokens(entry.initialBalance, `${path}.initial_balance`);
      if (requireTokens(entry.balance, `${path}.balance`) > initial) {
        throw invalidGenesis({ at: path, problem: "the balance exceeds the initial one" });
      }
    }
  }
}

/** The powers of an exported state are those of its bonded validators; a new chain has none. */
function validateLastPowers(genesis: GenesisState): void {
  const at = "staking.last_validator_powers";
  const { exported, lastValidatorPowers, validators } = genesis;
  const bonded = validators.filter(({ status }) => status === BondStatus.BONDED);
  if (!exported && bonded.length + lastValidatorPowers.length > 0) {
    throw invalidGenesis({ at, problem: "only an exported state has bonded validators" });
  }
  const operators = new Set(bonded.map(({ operatorAddress }) => operatorAddress));
  const seen = new Set<string>();
  for (const [index, { address, power }] of lastValidatorPowers.entries()) {
    requireUnique(seen, address, `${at}[${index}]`);
    if (!operators.has(address) || power <= 0n) {
      throw invalidGenesis({ at: `${at}[${index}]`, problem: "not a bonded validator with power" });
    }
  }
  if (exported && seen.size !== bonded.length) {
    throw invalidGenesis({ at, problem: "a bonded validator has no power" });
  }
}

function requirePair(
  seen: Set<string>,
  record: { delegatorAddress: string; validatorAddress: string },
  at: string,
): void {
  parsePair(record);
  requireUnique(seen, `${record.delegatorAddress} ${record.validatorAddress}`, at);
}
