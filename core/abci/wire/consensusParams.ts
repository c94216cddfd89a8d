import type { ConsensusParams as WireParams } from "#core/codec/generated/tendermint/types.js";
import type { ConsensusParams } from "../requests.js";
import { durationToWire, timeFromWire } from "./time.js";

/** Consensus parameters of the wire; sections that are absent stay absent. */
export function paramsFromWire(wire: WireParams | undefined): ConsensusParams {
  const { block, evidence, validator, version, abci } = wire ?? {};
  return {
    ...(block && { block }),
    ...(evidence && {
      evidence: {
        maxAgeBlocks: evidence.maxAgeNumBlocks,
        maxAgeNs: timeFromWire(evidence.maxAgeDuration),
        maxBytes: evidence.maxBytes,
      },
    }),
    ...(validator && { validator }),
    ...(version && { version }),
    ...(abci && { abci }),
  };
}

/** Inverse of {@link paramsFromWire}. */
export function paramsToWire(params: ConsensusParams): WireParams {
  const { block, evidence, validator, version, abci } = params;
  return {
    block,
    evidence: evidence && {
      maxAgeNumBlocks: evidence.maxAgeBlocks,
      maxAgeDuration: durationToWire(evidence.maxAgeNs),
      maxBytes: evidence.maxBytes,
    },
    validator: validator && { pubKeyTypes: [...validator.pubKeyTypes] },
    version,
    abci,
  };
}
