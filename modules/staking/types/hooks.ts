import type { Address } from "#core/crypto/address.js";

/**
 * What other modules may learn of validators and delegations while they change. `operator` is the
 * bech32 address. A hook must not throw for anything a user can cause: it also runs in block hooks.
 */
export interface StakingHooks<Ctx> {
  /** A validator exists; nobody has delegated to it yet. */
  afterValidatorCreated(ctx: Ctx, operator: string): void;
  /** A validator without shares is gone. */
  afterValidatorRemoved(ctx: Ctx, operator: string): void;
  /** The shares of a delegation that exists are about to change. */
  beforeDelegationSharesModified(ctx: Ctx, delegator: Address, operator: string): void;
  /** The shares of a delegation have changed; one without shares does not exist any more. */
  afterDelegationModified(ctx: Ctx, delegator: Address, operator: string): void;
}
