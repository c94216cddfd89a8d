import {
  BondStatus,
  type Commission,
  type Description,
  type Validator as ValidatorRecord,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { pack } from "#core/codec/typeRegistry.js";
import {
  type Address,
  consensusAddress,
  formatAddress,
  parseAddress,
} from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { parseUint } from "#core/primitives/intMath.js";
import { parseDecDigits } from "./decText.js";
import { POWER_REDUCTION } from "./limits.js";
import { toNs, toTimestamp } from "./time.js";

/** A validator. Redelegation and unbonding holds do not exist here, nor do their fields. */
export interface Validator {
  readonly operator: Address;
  /** ed25519 public key, 32 bytes. */
  readonly consensusKey: Uint8Array;
  /** Out of the set until it unjails itself. */
  readonly jailed: boolean;
  readonly status: BondStatus;
  /** Staked base units; what the shares are worth together. */
  readonly tokens: bigint;
  /** Shares of all delegators, a decimal. */
  readonly shares: bigint;
  readonly description: Description;
  /** Height at which it last began to unbond. */
  readonly unbondingHeight: bigint;
  /** Time at which it ceases to unbond, if it does. */
  readonly unbondingTimeNs: bigint;
  readonly commission: Commission;
  /** Base units below which the operator's own delegation jails it. */
  readonly minSelfDelegation: bigint;
}

/** The validator as the SDK stores and serves it. */
export function toValidatorRecord(validator: Validator): ValidatorRecord {
  return {
    operatorAddress: formatAddress("operator", validator.operator),
    consensusPubkey: pack(PubKey, { key: validator.consensusKey }),
    jailed: validator.jailed,
    status: validator.status,
    tokens: validator.tokens.toString(),
    delegatorShares: validator.shares.toString(),
    description: validator.description,
    unbondingHeight: validator.unbondingHeight,
    unbondingTime: toTimestamp(validator.unbondingTimeNs),
    commission: validator.commission,
    minSelfDelegation: validator.minSelfDelegation.toString(),
    unbondingOnHoldRefCount: 0n,
    unbondingIds: [],
  };
}

/** Inverse of {@link toValidatorRecord}, of a record that was validated or stored by us. */
export function fromValidatorRecord(record: ValidatorRecord): Validator {
  const packed = assertDefined(record.consensusPubkey, "a validator has a consensus key");
  return {
    operator: parseAddress("operator", record.operatorAddress),
    consensusKey: PubKey.decode(packed.value).key,
    jailed: record.jailed,
    status: record.status,
    tokens: assertDefined(parseUint(record.tokens), "stored tokens are digits"),
    shares: assertDefined(parseDecDigits(record.delegatorShares), "stored shares are digits"),
    description: record.description,
    unbondingHeight: record.unbondingHeight,
    unbondingTimeNs: toNs(record.unbondingTime),
    commission: record.commission,
    minSelfDelegation: assertDefined(
      parseUint(record.minSelfDelegation),
      "stored minimum self delegations are digits",
    ),
  };
}

/** Address under which CometBFT knows the validator. */
export function consensusAddressOf(validator: Validator): Address {
  return consensusAddress(validator.consensusKey);
}

/** Whether the validator is in the set of the end of the last block. */
export function isBonded(validator: Validator): boolean {
  return validator.status === BondStatus.BONDED;
}

/** Voting power that the tokens give a bonded validator, rounded down. */
export function potentialPower({ tokens }: Pick<Validator, "tokens">): bigint {
  return tokens / POWER_REDUCTION;
}

/** Voting power: zero unless bonded. */
export function consensusPower(validator: Validator): bigint {
  return isBonded(validator) ? potentialPower(validator) : 0n;
}
