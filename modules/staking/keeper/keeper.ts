import type { Context } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import type { Address } from "#core/crypto/address.js";
import type { StoreKey } from "#core/store/storeKey.js";
import type { Delegation } from "../types/delegation.js";
import type { Validator } from "../types/validator.js";
import { pairKey } from "./collections.js";
import { findConsensusSet, recordInitialSet } from "./consensusSets.js";
import { jailForFault } from "./jail.js";
import { findVrfKey } from "./providerKeys.js";
import { slashStake, type StakeSlash } from "./slash.js";
import { type StakingDependencies, StakingState } from "./state.js";
import { updateValidatorSet } from "./validatorSet.js";

/** What other modules may read of stake, and do to it. */
export class StakingKeeper {
  readonly state: StakingState;

  constructor(storeKey: StoreKey, needs: StakingDependencies) {
    this.state = new StakingState(storeKey, needs);
  }

  /** The denomination that is staked. */
  bondDenom(ctx: Context): string {
    return this.state.bondDenom(ctx);
  }

  findValidator(ctx: Context, operator: Address): Validator | undefined {
    return this.state.findValidator(ctx, operator);
  }

  /** The validator with a consensus address; undefined when none has it (any more). */
  findValidatorByConsensusAddress(ctx: Context, address: Uint8Array): Validator | undefined {
    return this.state.findValidatorByConsensusAddress(ctx, address);
  }

  findDelegation(ctx: Context, delegator: Address, operator: Address): Delegation | undefined {
    return this.state.findDelegation(ctx, delegator, operator);
  }

  /** A delegator's delegations, in byte order of the operators. */
  *delegationsOf(ctx: Context, delegator: Address): IterableIterator<Delegation> {
    const scope = { prefix: pairKey.prefix(delegator) };
    const { delegations } = this.state.tables;
    for (const [, delegation] of delegations.iterate(this.state.kv(ctx), scope)) yield delegation;
  }

  /** Every delegation, in byte order of delegators, then operators; not for use in a block. */
  *delegations(ctx: Context): IterableIterator<Delegation> {
    const { delegations } = this.state.tables;
    for (const [, delegation] of delegations.iterate(this.state.kv(ctx))) yield delegation;
  }

  /**
   * The validator set that signs at a height, in CometBFT's order; empty when it is not known. It
   * is known from 100 heights back to two ahead; that of two ahead once the block has ended.
   */
  consensusSet(ctx: Context, height: bigint): readonly ConsensusMember[] {
    return findConsensusSet(ctx, this.state, height)?.members ?? [];
  }

  /** Voting power of all bonded validators, as of the end of the last block. */
  bondedPower(ctx: Context): bigint {
    return this.state.tables.lastTotalPower.find(this.state.kv(ctx)) ?? 0n;
  }

  /** The VRF key that proves the beacon of a height, 32 bytes; undefined when there is none. */
  vrfKey(ctx: Context, operatorAddress: string, height: bigint): Uint8Array | undefined {
    return findVrfKey(ctx, this.state, operatorAddress, height);
  }

  /** Whether the validator of a consensus address is jailed; false when there is none. */
  isJailed(ctx: Context, consensusAddress: Uint8Array): boolean {
    return this.findValidatorByConsensusAddress(ctx, consensusAddress)?.jailed ?? false;
  }

  /** Takes a fraction of the stake, now or while it unbonds; returns what was taken. */
  slash(ctx: Context, slash: StakeSlash): bigint {
    return slashStake(ctx, this.state, slash);
  }

  /** Jails a validator for as long as downtime does; nothing when it is gone or jailed. */
  jail(ctx: Context, consensusAddress: Uint8Array): void {
    jailForFault(ctx, this.state, consensusAddress);
  }

  /**
   * Computes the first validator set of a chain once its genesis transactions have run, and
   * records that it signs the initial height and the next.
   */
  applyValidatorSetUpdates(ctx: Context): readonly ValidatorUpdate[] {
    const updates = updateValidatorSet(ctx, this.state);
    recordInitialSet(ctx, this.state);
    return updates;
  }
}
