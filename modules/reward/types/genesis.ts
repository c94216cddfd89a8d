import {
  type DelegatorStart,
  GenesisState,
  type ValidatorRewards,
} from "#core/codec/generated/aivm/reward/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import { findBreakdownProblem } from "./breakdown.js";
import { invalidGenesis } from "./errors.js";
import { defaultParams, validateParams } from "./params.js";

/** The genesis of a chain on which nobody has earned anything. */
export function defaultGenesis(): GenesisState {
  return GenesisState.create({ params: defaultParams(), communityPool: "0" });
}

/**
 * Refuses amounts that are none, addresses and ids that occur twice, delegations that begin after
 * their validator's rewards, and breakdowns that do not add up.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  requireAmount(genesis.communityPool, "reward.community_pool");
  const perShares = validateValidators(genesis.validators);
  validateStarts(genesis.delegators, perShares);
  validateBreakdowns(genesis);
}

/** `per_share` by operator address in hex. */
function validateValidators(validators: readonly ValidatorRewards[]): Map<string, bigint> {
  const perShares = new Map<string, bigint>();
  for (const [index, { operatorAddress, perShare, outstanding }] of validators.entries()) {
    const at = `reward.validators[${index}]`;
    const operator = toHex(parseAddress("operator", operatorAddress));
    if (perShares.has(operator)) throw invalidGenesis({ at, problem: "operator occurs twice" });
    perShares.set(operator, requireAmount(perShare, `${at}.per_share`));
    requireAmount(outstanding, `${at}.outstanding`);
  }
  return perShares;
}

function validateStarts(
  starts: readonly DelegatorStart[],
  perShares: ReadonlyMap<string, bigint>,
): void {
  const seen = new Set<string>();
  for (const [index, { operatorAddress, delegatorAddress, perShare }] of starts.entries()) {
    const at = `reward.delegators[${index}]`;
    const operator = toHex(parseAddress("operator", operatorAddress));
    const delegation = `${operator}/${toHex(parseAddress("account", delegatorAddress))}`;
    if (seen.has(delegation)) throw invalidGenesis({ at, problem: "delegation occurs twice" });
    seen.add(delegation);
    if (requireAmount(perShare, `${at}.per_share`) > (perShares.get(operator) ?? 0n)) {
      throw invalidGenesis({ at, problem: "begins after its validator's rewards" });
    }
  }
}

function validateBreakdowns({ breakdowns }: GenesisState): void {
  const seen = new Set<bigint>();
  for (const [index, breakdown] of breakdowns.entries()) {
    const at = `reward.breakdowns[${index}]`;
    if (seen.has(breakdown.requestId)) {
      throw invalidGenesis({ at, problem: "request occurs twice" });
    }
    seen.add(breakdown.requestId);
    for (const { address } of breakdown.payouts) {
      if (address !== "") parseAddress("account", address);
    }
    const problem = findBreakdownProblem(breakdown);
    if (problem !== undefined) throw invalidGenesis({ at, problem });
  }
}

function requireAmount(text: string, at: string): bigint {
  const amount = parseUint(text);
  if (amount === undefined) throw invalidGenesis({ at, problem: "not an amount" });
  return amount;
}
