import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { assert } from "#core/primitives/assert.js";
import type { StakingHooks } from "../types/hooks.js";

/**
 * The hooks of all modules, called in the order in which they were added. Staking is given the
 * list before those modules exist, because they need staking's reads; it is closed by first use.
 */
export class StakingHookList implements StakingHooks<Context> {
  readonly #list: Array<StakingHooks<Context>> = [];
  #closed = false;

  /** Adds a module's hooks, while the application is put together. */
  add(hooks: StakingHooks<Context>): void {
    assert(!this.#closed, "hooks are added before the first one is called");
    this.#list.push(hooks);
  }

  afterValidatorCreated(ctx: Context, operator: string): void {
    for (const hooks of this.#use()) hooks.afterValidatorCreated(ctx, operator);
  }

  afterValidatorRemoved(ctx: Context, operator: string): void {
    for (const hooks of this.#use()) hooks.afterValidatorRemoved(ctx, operator);
  }

  beforeDelegationSharesModified(ctx: Context, delegator: Address, operator: string): void {
    for (const hooks of this.#use()) {
      hooks.beforeDelegationSharesModified(ctx, delegator, operator);
    }
  }

  afterDelegationModified(ctx: Context, delegator: Address, operator: string): void {
    for (const hooks of this.#use()) hooks.afterDelegationModified(ctx, delegator, operator);
  }

  #use(): ReadonlyArray<StakingHooks<Context>> {
    this.#closed = true;
    return this.#list;
  }
}
