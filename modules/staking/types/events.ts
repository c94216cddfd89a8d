import { type Address, formatAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { formatDec } from "#core/primitives/dec.js";
import { type Event, event } from "#core/primitives/event.js";
import type { Delegation, UnbondingEntry } from "./delegation.js";
import { formatSeconds } from "./time.js";

/** One delegator and one validator. */
export type Pair = Pick<Delegation, "delegator" | "operator">;

/** A validator exists; `amount` is the coin that its operator delegated. */
export function validatorCreated(operator: Address, amount: string): Event {
  return event("create_validator", [
    ["validator", formatAddress("operator", operator)],
    ["amount", amount],
  ]);
}

/** An account delegated a coin and received shares, a decimal. */
export function delegated(pair: Pair, amount: string, newShares: bigint): Event {
  return event("delegate", [
    ...pairAttributes(pair),
    ["amount", amount],
    ["new_shares", formatDec(newShares)],
  ]);
}

/** A coin left a validator and will be paid out. */
export function unbondingBegun(pair: Pair, amount: string, completionTimeNs: bigint): Event {
  return event("unbond", [
    ...pairAttributes(pair),
    ["amount", amount],
    ["completion_time", formatSeconds(completionTimeNs)],
  ]);
}

/** A coin was paid out; `amount` is empty when all of it had been slashed. */
export function unbondingCompleted(pair: Pair, amount: string): Event {
  return event("complete_unbonding", [["amount", amount], ...pairAttributes(pair)]);
}

/** A coin that was unbonding is delegated again. */
export function unbondingCancelled(
  pair: Pair,
  amount: string,
  { creationHeight }: Pick<UnbondingEntry, "creationHeight">,
): Event {
  return event("cancel_unbonding_delegation", [
    ["amount", amount],
    ...pairAttributes(pair),
    ["creation_height", creationHeight],
  ]);
}

/** A validator's signature is missing from the last commit. */
export function signatureMissed(
  consensusAddress: Address,
  missed: { readonly count: bigint; readonly height: bigint },
): Event {
  return event("liveness", [
    ["address", formatAddress("consensus", consensusAddress)],
    ["missed_blocks", missed.count],
    ["height", missed.height],
  ]);
}

/** Why stake was slashed. */
export type SlashReason = "double_sign" | "missing_signature" | "inference_fault";

/** What is said of a slash. */
export interface SlashFacts {
  /** Voting power at the infraction; for an inference fault the present one. */
  readonly power: bigint;
  readonly reason: SlashReason;
  /** Whether the validator is jailed for it in the same step. */
  readonly jailed?: boolean;
  /**
   * Base units taken from the validator's tokens, as in the SDK; for an inference fault all that
   * was taken.
   */
  readonly burned: bigint;
}

/** Stake was slashed. */
export function slashed(consensusAddress: Address, facts: SlashFacts): Event {
  const address = formatAddress("consensus", consensusAddress);
  return event("slash", [
    ["address", address],
    ["power", facts.power],
    ["reason", facts.reason],
    ...(facts.jailed === true ? [["jailed", address] as const] : []),
    ["burned_coins", facts.burned],
  ]);
}

/** A validator was jailed. */
export function jailed(consensusAddress: Address): Event {
  return event("slash", [["jailed", formatAddress("consensus", consensusAddress)]]);
}

/** An operator announced a VRF key. */
export function providerRegistered(
  operator: Address,
  key: { readonly publicKey: Uint8Array; readonly effectiveHeight: bigint },
): Event {
  return event("staking.provider_registered", [
    ["validator", formatAddress("operator", operator)],
    ["vrf_public_key", toHex(key.publicKey)],
    ["effective_height", key.effectiveHeight],
  ]);
}

function pairAttributes({ delegator, operator }: Pair): Array<[string, string]> {
  return [
    ["validator", formatAddress("operator", operator)],
    ["delegator", formatAddress("account", delegator)],
  ];
}
