import type { ModuleOrder } from "#core/baseapp/moduleManager.js";
import type { Module } from "#core/baseapp/module.js";
import { authModule } from "#modules/auth/index.js";
import { bankModule } from "#modules/bank/index.js";
import { inferenceModule } from "#modules/inference/index.js";
import { kernelModule } from "#modules/kernel/index.js";
import { rewardModule } from "#modules/reward/index.js";
import { stakingModule } from "#modules/staking/index.js";
import { BASE_DENOM } from "./chain.js";
import type { Keepers } from "./keepers.js";

/** Every module but genutil, which needs the transaction runner. */
export function createModules(keepers: Keepers): Module[] {
  return [
    authModule(keepers.auth),
    bankModule(keepers.bank, keepers.transfers, keepers.auth),
    stakingModule(keepers.staking),
    rewardModule(keepers.reward),
    kernelModule(keepers.kernel, BASE_DENOM),
    inferenceModule(keepers.inference, BASE_DENOM),
  ];
}

/** The orders in which modules are visited. */
export const MODULE_ORDER: ModuleOrder = {
  // Accounts before balances, balances before bonds, bonds before the rewards they earn; genutil's
  // transactions need everything.
  genesis: ["auth", "bank", "staking", "reward", "kernel", "inference", "genutil"],
  // Reward hands out the last block's fees by the last block's votes, before slashing moves stake.
  beginBlock: ["reward", "staking", "kernel"],
  // Staking fixes the validator set of height + 2, which inference draws from.
  endBlock: ["staking", "inference"],
};
