import { type Address, formatAddress } from "#core/crypto/address.js";
import type { Validator } from "#modules/staking/types/validator.js";
import type { TestAccount } from "#test/harness/identities.js";
import type { Participant } from "../network/participant.js";
import type { World } from "../world.js";

/** Everybody who holds stake and whose keys the simulation has, with the operators. */
export function holders({ everybody, network }: World): readonly TestAccount[] {
  return [...everybody, ...network.participants.map(({ operator }) => operator.account)];
}

/** A delegation by one of the simulation's accounts. */
export interface Holding {
  readonly holder: TestAccount;
  /** Bech32. */
  readonly operator: string;
  readonly validator: Validator;
  /** What the shares are worth, rounded down. */
  readonly tokens: bigint;
}

/** All delegations. */
export function holdings(world: World): Holding[] {
  const ctx = world.context();
  const { staking } = world.keepers;
  return [...staking.delegations(ctx)].flatMap(({ delegator, operator, shares }) => {
    const text = formatAddress("account", delegator);
    const holder = holders(world).find((account) => account.text === text);
    const validator = staking.findValidator(ctx, operator);
    if (holder === undefined || validator === undefined) return [];
    const tokens = (validator.tokens * shares) / validator.shares;
    return [{ holder, operator: formatAddress("operator", operator), validator, tokens }];
  });
}

/** What is unbonding of the simulation's accounts. */
export function unbondings(world: World) {
  const ctx = world.context();
  const { state } = world.keepers.staking;
  return holders(world).flatMap((holder) =>
    world.network.participants.flatMap(({ operator }) => {
      const { address } = operator.account;
      const unbonding = state.findUnbonding(ctx, holder.address, address);
      return unbonding === undefined ? [] : [{ ...unbonding, holder }];
    }),
  );
}

/** The validator of a participant; undefined before it is created and after it is removed. */
export function validatorOf(world: World, { operator }: Participant): Validator | undefined {
  return world.keepers.staking.findValidator(world.context(), operator.account.address);
}

/** Whether a consensus key may never be used again. */
export function isTombstoned(world: World, address: Address): boolean {
  const { state } = world.keepers.staking;
  return state.findSigningInfo(world.context(), address)?.tombstoned === true;
}
