export { bankModule } from "./module.js";
export { BankKeeper } from "./keeper/keeper.js";
export { Transfers } from "./keeper/transfer.js";
