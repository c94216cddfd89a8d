import {
  type ConsensusMember,
  type ConsensusSet,
  GenesisState,
  type Provider,
} from "#core/codec/generated/aivm/staking/v1.js";
import { consensusAddress, parseAddress } from "#core/crypto/address.js";
import { isVrfPublicKey } from "#core/crypto/ecvrf.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isStrictlyAscending } from "#core/primitives/sorted.js";
import { compareMembers } from "./consensusSet.js";
import { invalidGenesis } from "./errors.js";
import { requireUnique } from "./genesisFields.js";
import { MAX_TOTAL_POWER } from "./limits.js";
import { defaultProviderParams, validateProviderParams } from "./params.js";

/** The genesis of a chain without providers. */
export function defaultProviderGenesis(): GenesisState {
  return GenesisState.create({ params: defaultProviderParams() });
}

/** Refuses keys that are none, providers that occur twice and sets that are not in order. */
export function validateProviderGenesis(genesis: GenesisState): void {
  validateProviderParams(genesis.params);
  const seen = new Set<string>();
  for (const [index, provider] of genesis.providers.entries()) {
    const at = `provider.providers[${index}]`;
    parseAddress("operator", provider.operatorAddress);
    requireUnique(seen, provider.operatorAddress, at);
    validateKeys(provider, at);
  }
  let previous = -1n;
  for (const [index, set] of genesis.consensusSets.entries()) {
    const at = `provider.consensus_sets[${index}]`;
    if (set.height <= previous) throw invalidGenesis({ at, problem: "heights do not ascend" });
    previous = set.height;
    validateSet(set, at);
  }
}

function validateKeys(provider: Provider, at: string): void {
  const { nextVrfPublicKey, vrfEffectiveHeight, nextVrfEffectiveHeight } = provider;
  if (!isVrfPublicKey(provider.vrfPublicKey)) {
    throw invalidGenesis({ at: `${at}.vrf_public_key`, problem: "not a VRF public key" });
  }
  const heights = [vrfEffectiveHeight, nextVrfEffectiveHeight];
  if (heights.some((height) => height < 0n)) {
    throw invalidGenesis({ at, problem: "a height is negative" });
  }
  const announced = nextVrfPublicKey.length > 0;
  if (announced && !isVrfPublicKey(nextVrfPublicKey)) {
    throw invalidGenesis({ at: `${at}.next_vrf_public_key`, problem: "not a VRF public key" });
  }
  if (announced ? nextVrfEffectiveHeight < vrfEffectiveHeight : nextVrfEffectiveHeight !== 0n) {
    throw invalidGenesis({ at: `${at}.next_vrf_effective_height`, problem: "out of place" });
  }
}

function validateSet({ members }: ConsensusSet, at: string): void {
  if (members.length === 0) throw invalidGenesis({ at, problem: "is empty" });
  if (!isStrictlyAscending(members, compareMembers)) {
    throw invalidGenesis({ at, problem: "not by power, then address" });
  }
  const seen = new Set<string>();
  for (const [index, member] of members.entries()) {
    requireUnique(seen, member.operatorAddress, `${at}.members[${index}]`);
    validateMember(member, `${at}.members[${index}]`);
  }
}

function validateMember(member: ConsensusMember, at: string): void {
  parseAddress("operator", member.operatorAddress);
  if (member.power <= 0n || member.power > MAX_TOTAL_POWER) {
    throw invalidGenesis({ at: `${at}.power`, problem: "out of range" });
  }
  if (
    member.publicKey.length !== 32 ||
    !equalBytes(member.consensusAddress, consensusAddress(member.publicKey))
  ) {
    throw invalidGenesis({ at, problem: "the address is not that of the key" });
  }
}
