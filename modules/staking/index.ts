export { stakingModule } from "./module.js";
export { StakingHookList } from "./keeper/hooks.js";
export { StakingKeeper } from "./keeper/keeper.js";
