import {
  ConsensusSet,
  Params as ProviderParams,
  Provider,
} from "#core/codec/generated/aivm/staking/v1.js";
import {
  Params as SlashingParams,
  ValidatorSigningInfo,
} from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  Delegation as DelegationRecord,
  HistoricalInfo,
  Params as StakingParams,
  UnbondingDelegation as UnbondingRecord,
  Validator as ValidatorRecord,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import {
  addressKey,
  type KeyCodec,
  lengthPrefixedKey,
  uint64Key,
} from "#core/store/collections/keyCodecs.js";
import { Item } from "#core/store/collections/item.js";
import { KeySet } from "#core/store/collections/keySet.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { tupleKey } from "#core/store/collections/tupleKey.js";
import {
  bytesValue,
  messageValue,
  uint64Value,
  type ValueCodec,
} from "#core/store/collections/valueCodecs.js";
import {
  fromDelegationRecord,
  fromUnbondingRecord,
  toDelegationRecord,
  toUnbondingRecord,
} from "../types/delegation.js";
import { PREFIX } from "../types/keys.js";
import { fromValidatorRecord, toValidatorRecord } from "../types/validator.js";

const prefixedAddress = lengthPrefixedKey(addressKey);

/** With it, equal powers come in ascending order of the operators when powers descend (SDK). */
const invertedAddress = lengthPrefixedKey<Address>({
  ...addressKey,
  encode: invert,
  decode: (bytes) => addressKey.decode(invert(bytes)),
});

function invert(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}

/** A key of two addresses; its prefix covers what has the first. */
export const pairKey = tupleKey(addressKey, prefixedAddress);

/** A key of an address and what belongs to it by number. */
export const chunkKey = tupleKey(addressKey, uint64Key);

function pairOf(second: KeyCodec<Address>) {
  return tupleKey(uint64Key, second);
}

/** A record that is stored in the SDK's form. */
function recordValue<V, R extends object>(
  record: ValueCodec<R>,
  convert: { readonly to: (value: V) => R; readonly from: (record: R) => V },
): ValueCodec<V> {
  return {
    encode: (value) => record.encode(convert.to(value)),
    decode: (bytes) => convert.from(record.decode(bytes)),
  };
}

const validatorValue = recordValue(messageValue(ValidatorRecord), {
  to: toValidatorRecord,
  from: fromValidatorRecord,
});
const delegationValue = recordValue(messageValue(DelegationRecord), {
  to: toDelegationRecord,
  from: fromDelegationRecord,
});
const unbondingValue = recordValue(messageValue(UnbondingRecord), {
  to: toUnbondingRecord,
  from: fromUnbondingRecord,
});

/** Every collection of the module's store; `types/keys.ts` describes them. */
export const TABLES = {
  lastPowers: new KvMap(PREFIX.lastPower, prefixedAddress, uint64Value),
  lastTotalPower: new Item(PREFIX.lastTotalPower, uint64Value),
  validators: new KvMap(PREFIX.validator, prefixedAddress, validatorValue),
  byConsensusAddress: new KvMap(PREFIX.byConsensusAddress, prefixedAddress, bytesValue),
  powerIndex: new KeySet(PREFIX.powerIndex, pairOf(invertedAddress)),
  delegations: new KvMap(PREFIX.delegation, pairKey, delegationValue),
  unbondings: new KvMap(PREFIX.unbonding, pairKey, unbondingValue),
  unbondingsByOperator: new KeySet(PREFIX.unbondingByOperator, pairKey),
  nextUnbondingId: new Item(PREFIX.nextUnbondingId, uint64Value),
  unbondingQueue: new KeySet(
    PREFIX.unbondingQueue,
    tupleKey(uint64Key, addressKey, prefixedAddress),
  ),
  validatorQueue: new KeySet(PREFIX.validatorQueue, pairOf(prefixedAddress)),
  historicalInfos: new KvMap(PREFIX.historicalInfo, uint64Key, messageValue(HistoricalInfo)),
  stakingParams: new Item(PREFIX.stakingParams, messageValue(StakingParams)),
  delegationsByOperator: new KeySet(PREFIX.delegationByOperator, pairKey),
  slashingParams: new Item(PREFIX.slashingParams, messageValue(SlashingParams)),
  signingInfos: new KvMap(PREFIX.signingInfo, prefixedAddress, messageValue(ValidatorSigningInfo)),
  missedBlocks: new KvMap(PREFIX.missedBlocks, chunkKey, bytesValue),
  providerParams: new Item(PREFIX.providerParams, messageValue(ProviderParams)),
  providers: new KvMap(PREFIX.provider, prefixedAddress, messageValue(Provider)),
  keyQueue: new KeySet(PREFIX.keyQueue, pairOf(prefixedAddress)),
  consensusSets: new KvMap(PREFIX.consensusSet, uint64Key, messageValue(ConsensusSet)),
} as const;
