import type { Address } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";

/**
 * What reward needs of others. `Ctx` stands for `core/baseapp`'s Context, which `types` may not
 * import; keepers bind it.
 */
export interface ExpectedBankKeeper<Ctx> {
  sendFromModule(ctx: Ctx, module: string, to: Address, coins: readonly Coin[]): void;
  sendBetweenModules(ctx: Ctx, from: string, to: string, coins: readonly Coin[]): void;
  moduleBalance(ctx: Ctx, module: string, denom: string): bigint;
}

/** A validator's shares. */
export interface ValidatorShares {
  readonly operator: Address;
  /** Shares of all its delegators together, times 10^18 (LegacyDec). */
  readonly shares: bigint;
}

/** One delegation. */
export interface DelegatedShares {
  readonly delegator: Address;
  readonly operator: Address;
  /** Shares times 10^18 (LegacyDec), positive. */
  readonly shares: bigint;
}

/** Who has delegated to whom; the shares of a validator's delegations add up to its shares. */
export interface ExpectedStakingKeeper<Ctx> {
  bondDenom(ctx: Ctx): string;
  findValidator(ctx: Ctx, operator: Address): ValidatorShares | undefined;
  /** The validator with a consensus address; undefined when none has it (any more). */
  findValidatorByConsensusAddress(ctx: Ctx, address: Uint8Array): ValidatorShares | undefined;
  findDelegation(ctx: Ctx, delegator: Address, operator: Address): DelegatedShares | undefined;
  /** A delegator's delegations, in byte order of the operators. */
  delegationsOf(ctx: Ctx, delegator: Address): Iterable<DelegatedShares>;
  /** Every delegation, in an order that all nodes share; for genesis and invariants. */
  delegations(ctx: Ctx): Iterable<DelegatedShares>;
}
