import type { Params } from "#core/codec/generated/aivm/reward/v1.js";
import { invalidParams } from "./errors.js";

const WHOLE_BPS = 10_000;

/** Parameters of a new chain; every default carries its reason. */
export function defaultParams(): Params {
  return {
    // Those who do the work earn most of what it costs.
    memberShareBps: 8_000,
    // An author earns by use even when the manifest names no price.
    ownerShareBps: 1_000,
    // Everybody who secures the chain that carries the request.
    protocolShareBps: 1_000,
    // The SDK's default community tax.
    communityPoolBps: 200,
  };
}

/** Refuses a split that does not add up to the whole, and a pool share over the whole. */
export function validateParams(params: Params): void {
  const { memberShareBps, ownerShareBps, protocolShareBps, communityPoolBps } = params;
  if (memberShareBps + ownerShareBps + protocolShareBps !== WHOLE_BPS) {
    throw invalidParams({ field: "protocol_share_bps", problem: "shares do not add up to 10000" });
  }
  if (communityPoolBps > WHOLE_BPS) {
    throw invalidParams({ field: "community_pool_bps", problem: "over 10000 basis points" });
  }
}
