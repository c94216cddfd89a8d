import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { consensusAddressOf, isBonded, potentialPower } from "../types/validator.js";
import {
  currentMembers,
  findConsensusSet,
  haveSameMembers,
  UPDATE_DELAY,
} from "./consensusSets.js";
import { missedIndexes } from "./missedBlocks.js";
import type { Pool } from "./pools.js";
import { findVrfKey } from "./providerKeys.js";
import { operatorText, powerIndexKey, type StakingState } from "./state.js";
import { electedValidators } from "./validatorSet.js";

type Check = (ctx: Context, state: StakingState) => string | undefined;

const CHECKS: ReadonlyArray<readonly [string, Check]> = [
  ["module-accounts", checkPools],
  ["nonnegative-power", checkPowerIndex],
  ["positive-delegation", checkDelegations],
  ["delegator-shares", checkShares],
  ["unbonding-queue", checkUnbondingQueue],
  ["validator-queue", checkValidatorQueue],
  ["consensus-keys", checkConsensusKeys],
  ["consensus-set", checkConsensusSet],
  ["vrf-keys", checkVrfKeys],
  ["missed-blocks", checkMissedBlocks],
];

/** What must hold of stake after every block; the README says each in a sentence. */
export function stakingInvariants(state: StakingState): readonly Invariant[] {
  return CHECKS.map(([name, check]) => ({ name, check: (ctx) => check(ctx, state) }));
}

/** What the pools hold if validators and unbonding entries are right. */
export function expectedBalances(
  ctx: Context,
  state: StakingState,
): ReadonlyArray<readonly [pool: Pool, tokens: bigint]> {
  const kv = state.kv(ctx);
  let bonded = 0n;
  let notBonded = 0n;
  for (const [, validator] of state.tables.validators.iterate(kv)) {
    if (isBonded(validator)) bonded += validator.tokens;
    else notBonded += validator.tokens;
  }
  for (const [, { entries }] of state.tables.unbondings.iterate(kv)) {
    for (const { balance } of entries) notBonded += balance;
  }
  return [
    [BONDED_POOL, bonded],
    [NOT_BONDED_POOL, notBonded],
  ];
}

/** The pools hold what is staked, no more and no less. */
function checkPools(ctx: Context, state: StakingState): string | undefined {
  const denom = state.bondDenom(ctx);
  for (const [pool, expected] of expectedBalances(ctx, state)) {
    const balance = state.needs.bank.moduleBalance(ctx, pool, denom);
    if (balance !== expected) return `${pool} holds ${balance}, ${expected} are staked`;
  }
  return undefined;
}

/** The power index has exactly the candidates, each at its power. */
function checkPowerIndex(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  const candidates = [...state.tables.validators.iterate(kv)]
    .map(([, validator]) => validator)
    .filter((validator) => state.isCandidate(ctx, validator));
  for (const validator of candidates) {
    if (!state.tables.powerIndex.has(kv, powerIndexKey(validator))) {
      return `${operatorText(validator.operator)} is not in the index at its power`;
    }
  }
  const indexed = [...state.tables.powerIndex.iterate(kv)].length;
  if (indexed === candidates.length) return undefined;
  return `the index has ${indexed} entries for ${candidates.length} candidates`;
}

/** Every delegation has shares and is in the index of its validator. */
function checkDelegations(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  let count = 0;
  for (const [[delegator, operator], { shares }] of state.tables.delegations.iterate(kv)) {
    count++;
    if (shares <= 0n) return `a delegation to ${operatorText(operator)} has ${shares} shares`;
    if (!state.tables.delegationsByOperator.has(kv, [operator, delegator])) {
      return `a delegation to ${operatorText(operator)} is not indexed`;
    }
  }
  const indexed = [...state.tables.delegationsByOperator.iterate(kv)].length;
  return indexed === count ? undefined : `${indexed} delegations are indexed, not ${count}`;
}

/** Shares of a validator are those of its delegators together. */
function checkShares(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  const sums = new Map<string, bigint>();
  for (const [[, operator], { shares }] of state.tables.delegations.iterate(kv)) {
    const key = toHex(operator);
    sums.set(key, (sums.get(key) ?? 0n) + shares);
  }
  for (const [operator, { shares }] of state.tables.validators.iterate(kv)) {
    const sum = sums.get(toHex(operator)) ?? 0n;
    if (sum !== shares) return `${operatorText(operator)} has ${shares} shares, not ${sum}`;
    sums.delete(toHex(operator));
  }
  return sums.size === 0 ? undefined : "delegations to a validator that does not exist";
}

/** Unbonding entries are in order, not overdue, and queued for when they are due. */
function checkUnbondingQueue(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  const { unbondings, unbondingQueue, unbondingsByOperator } = state.tables;
  const due = new Set<string>();
  let count = 0;
  for (const [[delegator, operator], { entries }] of unbondings.iterate(kv)) {
    count++;
    if (entries.length === 0) return "an unbonding delegation has no entries";
    if (!unbondingsByOperator.has(kv, [operator, delegator])) return "one is not indexed";
    for (const { completionTimeNs, balance, initialBalance } of entries) {
      if (balance > initialBalance) return "a balance exceeds the initial one";
      if (completionTimeNs <= ctx.header.timeNs) return "an entry is overdue";
      if (!unbondingQueue.has(kv, [completionTimeNs, delegator, operator])) {
        return "an entry is not queued";
      }
      due.add(`${completionTimeNs} ${toHex(delegator)} ${toHex(operator)}`);
    }
  }
  if ([...unbondingsByOperator.iterate(kv)].length !== count) return "the index has strays";
  const queued = [...unbondingQueue.iterate(kv)].length;
  return queued === due.size ? undefined : `the queue has ${queued} keys for ${due.size} entries`;
}

/** Exactly the unbonding validators are queued, and none is overdue. */
function checkValidatorQueue(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  let count = 0;
  for (const [operator, validator] of state.tables.validators.iterate(kv)) {
    if (validator.status !== BondStatus.UNBONDING) continue;
    count++;
    const { unbondingTimeNs } = validator;
    if (unbondingTimeNs <= ctx.header.timeNs) return `${operatorText(operator)} is overdue`;
    if (!state.tables.validatorQueue.has(kv, [unbondingTimeNs, operator])) {
      return `${operatorText(operator)} is not queued`;
    }
  }
  const queued = [...state.tables.validatorQueue.iterate(kv)].length;
  return queued === count ? undefined : `${queued} validators are queued, ${count} unbond`;
}

/** One validator for each consensus address. */
function checkConsensusKeys(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  let count = 0;
  for (const [operator, validator] of state.tables.validators.iterate(kv)) {
    count++;
    const indexed = state.tables.byConsensusAddress.find(kv, consensusAddressOf(validator));
    if (indexed === undefined || !equalBytes(indexed, operator)) {
      return `the consensus address of ${operatorText(operator)} names another`;
    }
  }
  const indexed = [...state.tables.byConsensusAddress.iterate(kv)].length;
  return indexed === count ? undefined : `${indexed} consensus addresses, ${count} validators`;
}

/**
 * The latest recorded set is the bonded validators, with their powers. A module that ends its block
 * after staking may have slashed since: such a power shrinks in the next block.
 */
function checkConsensusSet(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  const members = currentMembers(ctx, state);
  const recorded = findConsensusSet(ctx, state, ctx.height + UPDATE_DELAY)?.members ?? [];
  if (!haveSameMembers(recorded, members)) return "the latest set is not the recorded one";
  const powers = new Map(
    state.lastPowers(ctx).map(([operator, power]) => [toHex(operator), power]),
  );
  const total = members.reduce((sum, { power }) => sum + power, 0n);
  if (total !== (state.tables.lastTotalPower.find(kv) ?? 0n)) return "the total power is another";
  // Nobody can be bonded: the set stays, whatever became of its validators.
  const isFrozen = electedValidators(ctx, state).length === 0;
  for (const [operator, validator] of state.tables.validators.iterate(kv)) {
    const power = powers.get(toHex(operator));
    if (isBonded(validator) !== (power !== undefined)) {
      return `${operatorText(operator)} is bonded or in the set, not both`;
    }
    if (power !== undefined && power < potentialPower(validator) && !isFrozen) {
      return `${operatorText(operator)} has less power than its stake gives`;
    }
  }
  return undefined;
}

/** Members of a set have a key when it signs; keys that are not in use are queued until then. */
function checkVrfKeys(ctx: Context, state: StakingState): string | undefined {
  const kv = state.kv(ctx);
  const signingHeight = ctx.height + UPDATE_DELAY;
  for (const [operator] of state.lastPowers(ctx)) {
    if (findVrfKey(ctx, state, operatorText(operator), signingHeight) === undefined) {
      return `${operatorText(operator)} is in the set without a VRF key`;
    }
  }
  let waiting = 0;
  for (const [operator, { vrfEffectiveHeight }] of state.tables.providers.iterate(kv)) {
    if (state.findValidator(ctx, operator) === undefined) return "a provider is no validator";
    const isQueued = state.tables.keyQueue.has(kv, [vrfEffectiveHeight, operator]);
    if (isQueued) waiting++;
    if (isQueued ? vrfEffectiveHeight <= ctx.height : vrfEffectiveHeight > signingHeight) {
      return `the key of ${operatorText(operator)} is in use too early or too late`;
    }
  }
  const queued = [...state.tables.keyQueue.iterate(kv)].length;
  return queued === waiting ? undefined : `${queued} keys are queued, ${waiting} wait`;
}

/** Signing infos count the missed blocks of the window. */
function checkMissedBlocks(ctx: Context, state: StakingState): string | undefined {
  for (const [address, signing] of state.tables.signingInfos.iterate(state.kv(ctx))) {
    const missed = BigInt(missedIndexes(ctx, state, address).length);
    if (missed !== signing.missedBlocksCounter) {
      return `${signing.address} counts ${signing.missedBlocksCounter} missed blocks, not ${missed}`;
    }
  }
  return undefined;
}
