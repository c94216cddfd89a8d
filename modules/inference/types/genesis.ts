import { GenesisState } from "#core/codec/generated/aivm/inference/v1.js";
import { validateBatches } from "./genesisBatches.js";
import { requireBytes, requireHeight, requireOnce } from "./genesisFields.js";
import { validateChallenges, validateFaults, validateProviders } from "./genesisMembers.js";
import { validateEscalations, validateRequests } from "./genesisRequests.js";
import { DIGEST_BYTES } from "./limits.js";
import { defaultParams, validateParams } from "./params.js";

/** The genesis of a chain without requests. `init` replaces the beacon by one of its own. */
export function defaultGenesis(denom: string): GenesisState {
  return GenesisState.create({
    params: defaultParams(denom),
    beacon: { height: 0n, beacon: new Uint8Array(DIGEST_BYTES) },
    nextRequestId: 1n,
    nextBatchId: 1n,
  });
}

/**
 * Refuses a section that contradicts itself: `inference/13` for parameters, `inference/17` with the
 * path for everything else, and `sdk/7` for addresses.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  requireHeight(genesis.beacon.height, "inference.beacon.height");
  requireBytes(genesis.beacon.beacon, DIGEST_BYTES, "inference.beacon.beacon");
  validateRequests(genesis);
  validateBatches(genesis);
  validateEscalations(genesis);
  validateChallenges(genesis);
  validateFaults(genesis);
  validateProviders(genesis);
  requireOnce(genesis.troubles, ({ versionId }) => versionId, "inference.troubles");
  for (const [index, { versionId, windowHeight }] of genesis.troubles.entries()) {
    const at = `inference.troubles[${index}]`;
    requireBytes(versionId, DIGEST_BYTES, `${at}.version_id`);
    requireHeight(windowHeight, `${at}.window_height`);
  }
}
