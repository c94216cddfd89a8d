import type { Context } from "#core/baseapp/context.js";
import type { Params as ProviderParams, Provider } from "#core/codec/generated/aivm/staking/v1.js";
import type {
  Params as SlashingParams,
  ValidatorSigningInfo,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import type { Params as StakingParams } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { KvStore } from "#core/store/kv.js";
import type { StoreKey } from "#core/store/storeKey.js";
import type { Delegation, UnbondingDelegation } from "../types/delegation.js";
import type { ExpectedAuthKeeper, ExpectedBankKeeper } from "../types/expectedKeepers.js";
import type { StakingHooks } from "../types/hooks.js";
import { toNs } from "../types/time.js";
import { consensusAddressOf, potentialPower, type Validator } from "../types/validator.js";
import { pairKey, TABLES } from "./collections.js";

/** What staking is bound to in `app`. */
export interface StakingDependencies {
  readonly bank: ExpectedBankKeeper<Context>;
  readonly auth: ExpectedAuthKeeper<Context>;
  readonly hooks: StakingHooks<Context>;
}

/**
 * The module's records and their indexes: collections plus noun accessors, no rules. What other
 * modules may do is in `keeper.ts`.
 */
export class StakingState {
  readonly storeKey: StoreKey;
  readonly needs: StakingDependencies;
  readonly tables = TABLES;

  constructor(storeKey: StoreKey, needs: StakingDependencies) {
    this.storeKey = storeKey;
    this.needs = needs;
  }

  kv(ctx: Context): KvStore {
    return ctx.kv(this.storeKey);
  }

  params(ctx: Context): StakingParams {
    return this.tables.stakingParams.get(this.kv(ctx));
  }

  slashingParams(ctx: Context): SlashingParams {
    return this.tables.slashingParams.get(this.kv(ctx));
  }

  providerParams(ctx: Context): ProviderParams {
    return this.tables.providerParams.get(this.kv(ctx));
  }

  bondDenom(ctx: Context): string {
    return this.params(ctx).bondDenom;
  }

  /** Nanoseconds that stake takes to unbond. */
  unbondingTimeNs(ctx: Context): bigint {
    return toNs(this.params(ctx).unbondingTime);
  }

  findValidator(ctx: Context, operator: Address): Validator | undefined {
    return this.tables.validators.find(this.kv(ctx), operator);
  }

  getValidator(ctx: Context, operator: Address): Validator {
    return assertDefined(this.findValidator(ctx, operator), "a referenced validator exists");
  }

  findValidatorByConsensusAddress(ctx: Context, address: Uint8Array): Validator | undefined {
    const kv = this.kv(ctx);
    const operator = this.tables.byConsensusAddress.find(kv, address as Address);
    return operator === undefined ? undefined : this.getValidator(ctx, operator as Address);
  }

  /** Writes a validator and its entry in the power index. */
  setValidator(ctx: Context, validator: Validator): void {
    const kv = this.kv(ctx);
    const before = this.findValidator(ctx, validator.operator);
    if (before !== undefined) this.tables.powerIndex.delete(kv, powerIndexKey(before));
    this.tables.validators.set(kv, validator.operator, validator);
    if (this.isCandidate(ctx, validator)) {
      this.tables.powerIndex.add(kv, powerIndexKey(validator));
    }
  }

  /** Writes a validator that is new, with its consensus address. */
  addValidator(ctx: Context, validator: Validator): void {
    const address = consensusAddressOf(validator);
    this.tables.byConsensusAddress.set(this.kv(ctx), address, validator.operator);
    this.setValidator(ctx, validator);
  }

  /** Deletes a validator with its VRF key; what it signed is remembered. */
  deleteValidator(ctx: Context, validator: Validator): void {
    const kv = this.kv(ctx);
    const { operator } = validator;
    const provider = this.findProvider(ctx, operator);
    if (provider !== undefined) {
      this.tables.keyQueue.delete(kv, [provider.vrfEffectiveHeight, operator]);
      this.tables.providers.delete(kv, operator);
    }
    this.tables.powerIndex.delete(kv, powerIndexKey(validator));
    this.tables.byConsensusAddress.delete(kv, consensusAddressOf(validator));
    this.tables.validators.delete(kv, operator);
  }

  /** Whether a validator may be bonded: not jailed, and its first VRF key has been put to use. */
  isCandidate(ctx: Context, { jailed, operator }: Validator): boolean {
    if (jailed) return false;
    const provider = this.findProvider(ctx, operator);
    if (provider === undefined) return false;
    return !this.tables.keyQueue.has(this.kv(ctx), [provider.vrfEffectiveHeight, operator]);
  }

  findProvider(ctx: Context, operator: Address): Provider | undefined {
    return this.tables.providers.find(this.kv(ctx), operator);
  }

  setProvider(ctx: Context, provider: Provider): void {
    const operator = parseAddress("operator", provider.operatorAddress);
    this.tables.providers.set(this.kv(ctx), operator, provider);
  }

  findDelegation(ctx: Context, delegator: Address, operator: Address): Delegation | undefined {
    return this.tables.delegations.find(this.kv(ctx), [delegator, operator]);
  }

  /** Writes a delegation and its index; one without shares is deleted. */
  setDelegation(ctx: Context, delegation: Delegation): void {
    const kv = this.kv(ctx);
    const { delegator, operator, shares } = delegation;
    if (shares === 0n) {
      this.tables.delegations.delete(kv, [delegator, operator]);
      this.tables.delegationsByOperator.delete(kv, [operator, delegator]);
      return;
    }
    this.tables.delegations.set(kv, [delegator, operator], delegation);
    this.tables.delegationsByOperator.add(kv, [operator, delegator]);
  }

  findUnbonding(
    ctx: Context,
    delegator: Address,
    operator: Address,
  ): UnbondingDelegation | undefined {
    return this.tables.unbondings.find(this.kv(ctx), [delegator, operator]);
  }

  /** Writes an unbonding delegation and its index; one without entries is deleted. */
  setUnbonding(ctx: Context, unbonding: UnbondingDelegation): void {
    const kv = this.kv(ctx);
    const { delegator, operator, entries } = unbonding;
    if (entries.length === 0) {
      this.tables.unbondings.delete(kv, [delegator, operator]);
      this.tables.unbondingsByOperator.delete(kv, [operator, delegator]);
      return;
    }
    this.tables.unbondings.set(kv, [delegator, operator], unbonding);
    this.tables.unbondingsByOperator.add(kv, [operator, delegator]);
  }

  /** All that unbonds from a validator, in byte order of the delegators. */
  unbondingsFrom(ctx: Context, operator: Address): readonly UnbondingDelegation[] {
    const kv = this.kv(ctx);
    const scope = { prefix: pairKey.prefix(operator) };
    return [...this.tables.unbondingsByOperator.iterate(kv, scope)].map(([, delegator]) =>
      this.tables.unbondings.get(kv, [delegator, operator]),
    );
  }

  findSigningInfo(ctx: Context, address: Address): ValidatorSigningInfo | undefined {
    return this.tables.signingInfos.find(this.kv(ctx), address);
  }

  setSigningInfo(ctx: Context, address: Address, signing: ValidatorSigningInfo): void {
    this.tables.signingInfos.set(this.kv(ctx), address, signing);
  }

  /** Members of the latest validator set with their powers, in byte order of the operators. */
  lastPowers(ctx: Context): ReadonlyArray<readonly [operator: Address, power: bigint]> {
    return [...this.tables.lastPowers.iterate(this.kv(ctx))];
  }
}

/** Key of a validator in the power index. */
export function powerIndexKey(validator: Validator): [power: bigint, operator: Address] {
  return [potentialPower(validator), validator.operator];
}

/** Bech32 of an operator, as hooks and messages name it. */
export function operatorText(operator: Address): string {
  return formatAddress("operator", operator);
}
