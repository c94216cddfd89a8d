import type { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import type { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import type {
  Description,
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { isVrfPublicKey } from "#core/crypto/ecvrf.js";
import { utf8 } from "#core/primitives/bytes.js";
import { amountOf, type Coin, isDenom } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";
import { invalidPubKey, invalidRequest } from "#core/primitives/sdkErrors.js";
import { validateCommission } from "./commission.js";
import {
  emptyPubKey,
  invalidVrfKey,
  pubKeyTypeNotSupported,
  selfDelegationBelowMinimum,
} from "./errors.js";
import { MAX_DESCRIPTION_BYTES } from "./limits.js";

const CONSENSUS_KEY_BYTES = 32;

/** The account that signs for an operator: the same bytes with the other prefix. */
export function operatorAccount(operatorAddress: string): string {
  return formatAddress("account", parseAddress("operator", operatorAddress));
}

/** Checks a new validator without state, in the SDK's order. */
export function validateCreateValidator(msg: MsgCreateValidator): void {
  parseAddress("operator", msg.validatorAddress);
  if (msg.pubkey === undefined) throw emptyPubKey();
  requirePositive(msg.value, "invalid delegation amount");
  validateDescription(msg.description);
  validateCommission(msg.commission);
  const minimum = parseUint(msg.minSelfDelegation) ?? 0n;
  if (minimum === 0n) {
    throw invalidRequest({ problem: "minimum self delegation must be a positive integer" });
  }
  if (amountOf(msg.value) < minimum) throw selfDelegationBelowMinimum();
  consensusKeyOf(msg.pubkey);
}

/** The ed25519 key in an Any; fails for other types and lengths. */
export function consensusKeyOf(packed: PackedMessage): Uint8Array {
  if (packed.typeUrl !== PubKey.typeUrl) {
    throw pubKeyTypeNotSupported({ got: packed.typeUrl, expected: PubKey.typeUrl });
  }
  const { key } = PubKey.decode(packed.value);
  if (key.length !== CONSENSUS_KEY_BYTES) throw invalidPubKey({ bytes: key.length });
  return key;
}

/** Checks that a description has something in it and no text longer than the SDK allows. */
export function validateDescription(description: Description): void {
  const texts: ReadonlyArray<readonly [string, string, number]> = [
    ["moniker", description.moniker, MAX_DESCRIPTION_BYTES.moniker],
    ["identity", description.identity, MAX_DESCRIPTION_BYTES.identity],
    ["website", description.website, MAX_DESCRIPTION_BYTES.website],
    ["security contact", description.securityContact, MAX_DESCRIPTION_BYTES.securityContact],
    ["details", description.details, MAX_DESCRIPTION_BYTES.details],
  ];
  if (texts.every(([, text]) => text === "")) {
    throw invalidRequest({ problem: "empty description" });
  }
  for (const [name, text, max] of texts) {
    const got = utf8(text).length;
    if (got > max) {
      throw invalidRequest({ problem: `invalid ${name} length; got: ${got}, max: ${max}` });
    }
  }
}

/** Checks a delegation without state. */
export function validateDelegate(msg: MsgDelegate): void {
  parsePair(msg);
  requirePositive(msg.amount, "invalid delegation amount");
}

/** Checks an undelegation without state. */
export function validateUndelegate(msg: MsgUndelegate): void {
  parsePair(msg);
  requirePositive(msg.amount, "invalid shares amount");
}

/** Checks the cancellation of an unbonding entry without state. */
export function validateCancelUnbonding(msg: MsgCancelUnbondingDelegation): void {
  parsePair(msg);
  requirePositive(msg.amount, "invalid amount");
  if (msg.creationHeight <= 0n) throw invalidRequest({ problem: "invalid height" });
}

/** Checks an unjailing without state. */
export function validateUnjail(msg: MsgUnjail): void {
  parseAddress("operator", msg.validatorAddr);
}

/** Checks a registration without state; the proof depends on the chain id and is checked later. */
export function validateRegisterProvider(msg: MsgRegisterProvider): void {
  parseAddress("operator", msg.operatorAddress);
  if (!isVrfPublicKey(msg.vrfPublicKey)) throw invalidVrfKey();
}

/** Addresses of a message between a delegator and a validator. */
export function parsePair(msg: Pick<MsgDelegate, "delegatorAddress" | "validatorAddress">): {
  readonly delegator: Address;
  readonly operator: Address;
} {
  const operator = parseAddress("operator", msg.validatorAddress);
  return { delegator: parseAddress("account", msg.delegatorAddress), operator };
}

function requirePositive(value: Coin, problem: string): void {
  if (!isDenom(value.denom) || (parseUint(value.amount) ?? 0n) === 0n) {
    throw invalidRequest({ problem });
  }
}
