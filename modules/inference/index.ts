export { inferenceModule } from "./module.js";
export { InferenceKeeper, type InferenceDependencies } from "./keeper/keeper.js";
export { applyInjected, checkInjected } from "./keeper/extension/applyInjected.js";
export { buildExtension } from "./keeper/extension/buildExtension.js";
export { buildInjected, type ExtendedVote } from "./keeper/extension/buildInjected.js";
export { findMember } from "./keeper/extension/verifyInjected.js";
