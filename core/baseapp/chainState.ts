import { ConsensusParams } from "#core/codec/generated/tendermint/types.js";
import { textKey } from "#core/store/collections/keyCodecs.js";
import { Item } from "#core/store/collections/item.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { messageValue, uint64Value } from "#core/store/collections/valueCodecs.js";
import type { KvReader, KvStore } from "#core/store/kv.js";
import { StoreKey } from "#core/store/storeKey.js";

/** Store of what the chain knows of itself, apart from its modules. */
export const CHAIN_STORE = new StoreKey("app");

const PREFIX = { consensusParams: 0x00, blockTime: 0x01, moduleVersion: 0x02 } as const;

const consensusParams = new Item(PREFIX.consensusParams, messageValue(ConsensusParams));
const blockTime = new Item(PREFIX.blockTime, uint64Value);
const moduleVersions = new KvMap(PREFIX.moduleVersion, textKey, uint64Value);

/**
 * What the chain knows of itself: consensus parameters, time of the last block and the state
 * versions of its modules.
 *
 * | prefix | key | value |
 * |---|---|---|
 * | 0x00 | | tendermint.types.ConsensusParams |
 * | 0x01 | | nanoseconds of the block that left this state, 8 bytes |
 * | 0x02 | module | consensus version, 8 bytes |
 */
export const chainState = {
  setConsensusParams: (kv: KvStore, params: ConsensusParams): void => {
    consensusParams.set(kv, params);
  },
  consensusParams: (kv: KvReader): ConsensusParams | undefined => consensusParams.find(kv),
  setBlockTime: (kv: KvStore, timeNs: bigint): void => {
    blockTime.set(kv, timeNs);
  },
  blockTime: (kv: KvReader): bigint => blockTime.find(kv) ?? 0n,
  setModuleVersion: (kv: KvStore, module: string, version: number): void => {
    moduleVersions.set(kv, module, BigInt(version));
  },
  /** Versions of all modules that the state knows, by name. */
  moduleVersions: (kv: KvReader): ReadonlyMap<string, bigint> =>
    new Map(moduleVersions.iterate(kv)),
};
