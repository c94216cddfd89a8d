export { rewardModule } from "./module.js";
export { RewardKeeper } from "./keeper/keeper.js";
export { rewardHooks } from "./keeper/hooks.js";
