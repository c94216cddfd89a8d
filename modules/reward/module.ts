import { protoSection } from "#core/baseapp/genesisSection.js";
import type { Module } from "#core/baseapp/module.js";
import { GenesisState, QueryService } from "#core/codec/generated/aivm/reward/v1.js";
import { QueryService as DistributionQueryService } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { beginBlock } from "./keeper/block.js";
import { distributionQueries } from "./keeper/distributionQueries.js";
import { exportGenesis, initGenesis } from "./keeper/genesis.js";
import { rewardInvariants } from "./keeper/invariants.js";
import type { RewardKeeper } from "./keeper/keeper.js";
import { registerRewardMsgs } from "./keeper/msgServer.js";
import { rewardQueries } from "./keeper/queryServer.js";
import { defaultGenesis, validateGenesis } from "./types/genesis.js";
import { REWARD_MODULE } from "./types/keys.js";

/** Wires the reward module. */
export function rewardModule(keeper: RewardKeeper): Module {
  const section = protoSection(REWARD_MODULE, GenesisState, { defaultGenesis, validateGenesis });
  return {
    name: REWARD_MODULE,
    consensusVersion: 1,
    types: [],
    genesisSections: [section],
    invariants: rewardInvariants(keeper),
    registerMsgs: (router) => {
      registerRewardMsgs(router, keeper);
    },
    registerQueries: (router) => {
      router.add(QueryService, rewardQueries(keeper));
      router.add(DistributionQueryService, distributionQueries(keeper));
    },
    initGenesis: (ctx, sections) => {
      initGenesis(ctx, keeper, section.read(sections));
      return undefined;
    },
    exportGenesis: (ctx) => section.write(exportGenesis(ctx, keeper)),
    beginBlock: (ctx, report) => {
      beginBlock(ctx, keeper, report);
    },
  };
}
