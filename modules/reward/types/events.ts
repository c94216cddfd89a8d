import type { RequestOutcome } from "#modules/inference/types/expectedKeepers.js";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { type Coin, formatCoins } from "#core/primitives/coin.js";
import { DEC_ONE, formatDec } from "#core/primitives/dec.js";
import { type Event, event } from "#core/primitives/event.js";

/** The escrow of a request was paid out; `Query/Breakdown` says to whom. */
export function requestSettled(requestId: bigint, outcome: RequestOutcome, escrowed: Coin): Event {
  return event("reward.settled", [
    ["request_id", requestId],
    ["outcome", outcome],
    ["escrowed", formatCoins([escrowed])],
  ]);
}

/** A module paid into the community pool. */
export function communityPoolFunded(module: string, amount: Coin): Event {
  return event("reward.community_pool_funded", [
    ["module", module],
    ["amount", formatCoins([amount])],
  ]);
}

/** A validator's delegators earned block fees (x/distribution `rewards`, a decimal amount). */
export function rewardsAllocated(operator: Address, denom: string, amount: bigint): Event {
  return event("rewards", [
    ["amount", `${formatDec(amount * DEC_ONE)}${denom}`],
    ["validator", formatAddress("operator", operator)],
  ]);
}

/** A delegation was paid what it had earned, which may be nothing (x/distribution). */
export function rewardsWithdrawn(delegator: Address, operator: Address, amount: Coin): Event {
  return event("withdraw_rewards", [
    ["amount", formatCoins([amount])],
    ["validator", formatAddress("operator", operator)],
    ["delegator", formatAddress("account", delegator)],
  ]);
}
