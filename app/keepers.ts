import { AuthKeeper } from "#modules/auth/index.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import { InferenceKeeper } from "#modules/inference/index.js";
import type { Aggregator, ProofVerifier } from "#modules/inference/types/expectedKeepers.js";
import { INFERENCE_MODULE } from "#modules/inference/types/keys.js";
import { KernelKeeper } from "#modules/kernel/index.js";
import { KERNEL_MODULE } from "#modules/kernel/types/keys.js";
import { RewardKeeper, rewardHooks } from "#modules/reward/index.js";
import { REWARD_MODULE } from "#modules/reward/types/keys.js";
import { StakingHookList, StakingKeeper } from "#modules/staking/index.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "#modules/staking/types/keys.js";
import type { StoreKeys } from "./stores.js";

/** Every keeper of the chain. */
export interface Keepers {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly transfers: Transfers;
  readonly staking: StakingKeeper;
  readonly kernel: KernelKeeper;
  readonly reward: RewardKeeper;
  readonly inference: InferenceKeeper;
}

/** What keepers take from outside the state machine. */
export interface KeeperCapabilities {
  readonly aggregator: Aggregator;
  readonly proofs: ProofVerifier;
}

/** Module accounts with what they may do to the supply. */
const MODULE_ACCOUNTS: ReadonlyMap<string, readonly string[]> = new Map([
  [FEE_COLLECTOR, []],
  [BONDED_POOL, ["burner", "staking"]],
  [NOT_BONDED_POOL, ["burner", "staking"]],
  [KERNEL_MODULE, []],
  [INFERENCE_MODULE, ["burner"]],
  [REWARD_MODULE, []],
]);

/** Makes the keepers in dependency order. */
export function createKeepers(stores: StoreKeys, capabilities: KeeperCapabilities): Keepers {
  const auth = new AuthKeeper(stores.auth, MODULE_ACCOUNTS);
  const bank = new BankKeeper(stores.bank);
  const transfers = new Transfers(bank, auth);
  const hooks = new StakingHookList();
  const staking = new StakingKeeper(stores.staking, { bank: transfers, auth, hooks });
  const reward = new RewardKeeper(stores.reward, { bank: transfers, staking });
  // Reward reads delegations and is told before they change: the one cycle between modules.
  hooks.add(rewardHooks(reward));
  const kernel = new KernelKeeper(
    { state: stores.kernel, blobs: stores.kernelBlobs },
    { bank: transfers, reward },
  );
  const inference = new InferenceKeeper(stores.inference, {
    bank: transfers,
    staking,
    kernel,
    reward,
    ...capabilities,
  });
  return { auth, bank, transfers, staking, kernel, reward, inference };
}
