import { noDelegation, noValidatorFound } from "#modules/staking/types/errors.js";
import type { Context } from "#core/baseapp/context.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { DelegatedShares } from "../types/expectedKeepers.js";
import type { RewardKeeper } from "./keeper.js";

/** The delegator that a query names; fails as x/distribution's queries do. */
export function queriedDelegator(text: string): Address {
  if (text === "") throw invalidRequest({ problem: "empty delegator address" });
  return parseAddress("account", text);
}

/** The operator of the existing validator that a query names. */
export function queriedValidator(ctx: Context, keeper: RewardKeeper, text: string): Address {
  if (text === "") throw invalidRequest({ problem: "empty validator address" });
  const operator = parseAddress("operator", text);
  if (keeper.needs.staking.findValidator(ctx, operator) === undefined) throw noValidatorFound();
  return operator;
}

/** The existing delegation that a query names. */
export function queriedDelegation(
  ctx: Context,
  keeper: RewardKeeper,
  named: { readonly delegator: string; readonly operator: string },
): DelegatedShares {
  const delegator = queriedDelegator(named.delegator);
  const operator = queriedValidator(ctx, keeper, named.operator);
  const delegation = keeper.needs.staking.findDelegation(ctx, delegator, operator);
  if (delegation === undefined) throw noDelegation();
  return delegation;
}
