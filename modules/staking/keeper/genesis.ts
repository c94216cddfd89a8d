import type { Context } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import type { GenesisState as ProviderGenesis } from "#core/codec/generated/aivm/staking/v1.js";
import type { GenesisState as SlashingGenesis } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { BondStatus, type GenesisState } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { utf8 } from "#core/primitives/bytes.js";
import {
  fromDelegationRecord,
  fromUnbondingRecord,
  toDelegationRecord,
  toUnbondingRecord,
} from "../types/delegation.js";
import { invalidGenesis } from "../types/errors.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { MAX_STAKED_TOKENS } from "../types/limits.js";
import { consensusAddressOf, fromValidatorRecord, toValidatorRecord } from "../types/validator.js";
import { exportConsensusSets, recordInitialSet } from "./consensusSets.js";
import { expectedBalances } from "./invariants.js";
import { flipMissed, missedIndexes } from "./missedBlocks.js";
import { stakedTokens } from "./pools.js";
import { operatorText, type StakingState } from "./state.js";
import { updateValidatorSet } from "./validatorSet.js";

/** The module's three sections, each validated by itself. */
export interface StakingGenesis {
  readonly staking: GenesisState;
  readonly slashing: SlashingGenesis;
  readonly provider: ProviderGenesis;
}

/**
 * Writes the state and returns the first validator set: that of an exported state as it was, or
 * else the one computed from the validators. Fails unless the pools hold what is staked and every
 * bonded validator has a VRF key and a signing info. An exported state goes on where the block
 * before ended, so keys that were put to use for the height after this one are in use.
 */
export function initGenesis(
  ctx: Context,
  state: StakingState,
  genesis: StakingGenesis,
): readonly ValidatorUpdate[] {
  const { exported } = genesis.staking;
  initParams(ctx, state, genesis);
  initProviders(ctx, state, genesis.provider, exported ? ctx.height + 1n : ctx.height);
  initValidators(ctx, state, genesis.staking);
  initDelegations(ctx, state, genesis.staking);
  initUnbondings(ctx, state, genesis.staking);
  requirePools(ctx, state);
  initSlashing(ctx, state, genesis.slashing);
  const updates = exported
    ? importPowers(ctx, state, genesis.staking)
    : updateValidatorSet(ctx, state);
  recordInitialSet(ctx, state);
  return updates;
}

function initParams(ctx: Context, state: StakingState, genesis: StakingGenesis): void {
  const kv = state.kv(ctx);
  const { tables } = state;
  tables.stakingParams.set(kv, genesis.staking.params);
  tables.slashingParams.set(kv, genesis.slashing.params);
  tables.providerParams.set(kv, genesis.provider.params);
  for (const pool of [BONDED_POOL, NOT_BONDED_POOL]) {
    state.needs.auth.ensureModuleAccount(ctx, pool);
  }
}

function initProviders(
  ctx: Context,
  state: StakingState,
  genesis: ProviderGenesis,
  inUseAt: bigint,
): void {
  const kv = state.kv(ctx);
  for (const provider of genesis.providers) {
    state.setProvider(ctx, provider);
    const { vrfEffectiveHeight, operatorAddress } = provider;
    if (vrfEffectiveHeight <= inUseAt) continue;
    const operator = parseAddress("operator", operatorAddress);
    state.tables.keyQueue.add(kv, [vrfEffectiveHeight, operator]);
  }
  for (const set of genesis.consensusSets) state.tables.consensusSets.set(kv, set.height, set);
}

function initValidators(ctx: Context, state: StakingState, genesis: GenesisState): void {
  const kv = state.kv(ctx);
  for (const record of genesis.validators) {
    const validator = fromValidatorRecord(record);
    const { operator, unbondingTimeNs } = validator;
    state.addValidator(ctx, validator);
    if (validator.status === BondStatus.UNBONDING) {
      state.tables.validatorQueue.add(kv, [unbondingTimeNs, operator]);
    }
    if (!genesis.exported) state.needs.hooks.afterValidatorCreated(ctx, record.operatorAddress);
  }
  for (const [operator] of state.tables.providers.iterate(kv)) {
    if (state.findValidator(ctx, operator) !== undefined) continue;
    throw invalidGenesis({ at: "provider.providers", problem: "a provider is no validator" });
  }
}

function initDelegations(ctx: Context, state: StakingState, genesis: GenesisState): void {
  for (const record of genesis.delegations) {
    const delegation = fromDelegationRecord(record);
    state.setDelegation(ctx, delegation);
    if (genesis.exported) continue;
    const { delegator } = delegation;
    state.needs.hooks.afterDelegationModified(ctx, delegator, record.validatorAddress);
  }
}

function initUnbondings(ctx: Context, state: StakingState, genesis: GenesisState): void {
  const kv = state.kv(ctx);
  let nextId = 1n;
  for (const record of genesis.unbondingDelegations) {
    const unbonding = fromUnbondingRecord(record);
    const { delegator, operator } = unbonding;
    state.setUnbonding(ctx, unbonding);
    for (const { completionTimeNs, id } of unbonding.entries) {
      state.tables.unbondingQueue.add(kv, [completionTimeNs, delegator, operator]);
      if (id >= nextId) nextId = id + 1n;
    }
  }
  state.tables.nextUnbondingId.set(kv, nextId);
}

/** Bank and staking must agree on what is staked, and CometBFT must be able to count it. */
function requirePools(ctx: Context, state: StakingState): void {
  const denom = state.bondDenom(ctx);
  if (stakedTokens(ctx, state) > MAX_STAKED_TOKENS) {
    throw invalidGenesis({ at: "bank.balances", problem: "more stake than power can count" });
  }
  for (const [pool, staked] of expectedBalances(ctx, state)) {
    const balance = state.needs.bank.moduleBalance(ctx, pool, denom);
    if (balance === staked) continue;
    throw invalidGenesis({ at: "bank.balances", problem: `${pool} differs`, balance, staked });
  }
}

function initSlashing(ctx: Context, state: StakingState, genesis: SlashingGenesis): void {
  for (const { address, validatorSigningInfo } of genesis.signingInfos) {
    state.setSigningInfo(ctx, parseAddress("consensus", address), validatorSigningInfo);
  }
  for (const { address, missedBlocks } of genesis.missedBlocks) {
    const validator = parseAddress("consensus", address);
    for (const { index } of missedBlocks) flipMissed(ctx, state, { address: validator, index });
  }
}

/** The set of an exported state, with the powers that CometBFT had. */
function importPowers(
  ctx: Context,
  state: StakingState,
  genesis: GenesisState,
): readonly ValidatorUpdate[] {
  const kv = state.kv(ctx);
  let total = 0n;
  const updates = genesis.lastValidatorPowers.map(({ address, power }) => {
    const validator = state.getValidator(ctx, parseAddress("operator", address));
    if (!state.isCandidate(ctx, { ...validator, jailed: false })) {
      throw invalidGenesis({ at: "provider.providers", problem: "no VRF key in use", address });
    }
    if (state.findSigningInfo(ctx, consensusAddressOf(validator)) === undefined) {
      throw invalidGenesis({ at: "slashing.signing_infos", problem: "one is missing", address });
    }
    state.tables.lastPowers.set(kv, validator.operator, power);
    total += power;
    return { publicKey: validator.consensusKey, power };
  });
  state.tables.lastTotalPower.set(kv, total);
  return updates;
}

/** The state as genesis sections. */
export function exportGenesis(ctx: Context, state: StakingState): StakingGenesis {
  return {
    staking: exportStaking(ctx, state),
    slashing: exportSlashing(ctx, state),
    provider: {
      params: state.providerParams(ctx),
      providers: [...state.tables.providers.iterate(state.kv(ctx))].map(([, one]) => one),
      consensusSets: exportConsensusSets(ctx, state),
    },
  };
}

function exportStaking(ctx: Context, state: StakingState): GenesisState {
  const kv = state.kv(ctx);
  const { validators, delegations, unbondings, lastTotalPower } = state.tables;
  return {
    params: state.params(ctx),
    lastTotalPower: utf8((lastTotalPower.find(kv) ?? 0n).toString()),
    lastValidatorPowers: state
      .lastPowers(ctx)
      .map(([operator, power]) => ({ address: operatorText(operator), power })),
    validators: [...validators.iterate(kv)].map(([, one]) => toValidatorRecord(one)),
    delegations: [...delegations.iterate(kv)].map(([, one]) => toDelegationRecord(one)),
    unbondingDelegations: [...unbondings.iterate(kv)].map(([, one]) => toUnbondingRecord(one)),
    redelegations: [],
    exported: true,
  };
}

function exportSlashing(ctx: Context, state: StakingState): SlashingGenesis {
  const signing = [...state.tables.signingInfos.iterate(state.kv(ctx))].map(
    ([address, validatorSigningInfo]) => ({
      address,
      text: formatAddress("consensus", address),
      validatorSigningInfo,
    }),
  );
  return {
    params: state.slashingParams(ctx),
    signingInfos: signing.map(({ text, validatorSigningInfo }) => ({
      address: text,
      validatorSigningInfo,
    })),
    missedBlocks: signing.flatMap(({ address, text }) => {
      const missedBlocks = missedIndexes(ctx, state, address).map((index) => ({
        index,
        missed: true,
      }));
      return missedBlocks.length === 0 ? [] : [{ address: text, missedBlocks }];
    }),
  };
}
