export { authModule } from "./module.js";
export { AuthKeeper } from "./keeper/keeper.js";
