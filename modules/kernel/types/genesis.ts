import { GenesisState } from "#core/codec/generated/aivm/kernel/v1.js";
import { validateArtifacts } from "./genesisArtifacts.js";
import { validateOwnersChoices } from "./genesisChoices.js";
import { validateKernels } from "./genesisKernels.js";
import { validateShadows } from "./genesisShadows.js";
import { validateVersions } from "./genesisVersions.js";
import { defaultParams, validateParams } from "./params.js";

/** The genesis of a chain without kernels, whose deposits are in `denom`. */
export function defaultGenesis(denom: string): GenesisState {
  return GenesisState.create({
    params: defaultParams(denom),
    nextKernelId: 1n,
    nextUploadId: 1n,
  });
}

/**
 * Refuses a section that contradicts itself: `kernel/118` for parameters, `kernel/119` with the
 * path for everything else, and the codes of manifests.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  validateKernels(genesis);
  validateVersions(genesis);
  validateArtifacts(genesis);
  validateOwnersChoices(genesis);
  validateShadows(genesis);
}
