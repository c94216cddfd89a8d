export { kernelModule } from "./module.js";
export { KernelKeeper } from "./keeper/keeper.js";
export type { KernelDependencies, KernelStores } from "./keeper/kernelState.js";
export { type ArtifactStores, findArtifact, readArtifact } from "./keeper/artifactReader.js";
