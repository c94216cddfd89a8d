import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import { formatAddress } from "#core/crypto/address.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import { consensusAddressOf, type Validator } from "./validator.js";

/** A validator as a member of a CometBFT validator set. */
export function toMember(validator: Validator, power: bigint): ConsensusMember {
  return {
    consensusAddress: consensusAddressOf(validator),
    publicKey: validator.consensusKey,
    power,
    operatorAddress: formatAddress("operator", validator.operator),
  };
}

/** CometBFT's order of a validator set: power descending, then address ascending. */
export function compareMembers(
  a: Pick<ConsensusMember, "power" | "consensusAddress">,
  b: Pick<ConsensusMember, "power" | "consensusAddress">,
): number {
  return compareBig(b.power, a.power) || compareBytes(a.consensusAddress, b.consensusAddress);
}
