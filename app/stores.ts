import { CHAIN_STORE } from "#core/baseapp/chainState.js";
import { StoreKey } from "#core/store/storeKey.js";
import { AUTH_STORE } from "#modules/auth/types/keys.js";
import { BANK_STORE } from "#modules/bank/types/keys.js";
import { INFERENCE_MODULE } from "#modules/inference/types/keys.js";
import { KERNEL_BLOB_STORE, KERNEL_STORE } from "#modules/kernel/types/keys.js";
import { REWARD_STORE } from "#modules/reward/types/keys.js";
import { STAKING_STORE } from "#modules/staking/types/keys.js";

/** The capability to open each store; `app` hands every keeper its own. */
export interface StoreKeys {
  readonly auth: StoreKey;
  readonly bank: StoreKey;
  readonly staking: StoreKey;
  readonly kernel: StoreKey;
  readonly kernelBlobs: StoreKey;
  readonly inference: StoreKey;
  readonly reward: StoreKey;
}

/** Makes the keys of all stores of the chain. */
export function createStoreKeys(): StoreKeys {
  return {
    auth: new StoreKey(AUTH_STORE),
    bank: new StoreKey(BANK_STORE),
    staking: new StoreKey(STAKING_STORE),
    kernel: new StoreKey(KERNEL_STORE),
    kernelBlobs: new StoreKey(KERNEL_BLOB_STORE, "blob"),
    inference: new StoreKey(INFERENCE_MODULE),
    reward: new StoreKey(REWARD_STORE),
  };
}

/** All keys, for opening the database. */
export function storeKeyList(keys: StoreKeys): readonly StoreKey[] {
  const { auth, bank, staking, kernel, kernelBlobs, inference, reward } = keys;
  return [CHAIN_STORE, auth, bank, staking, kernel, kernelBlobs, inference, reward];
}
