import type { Context } from "#core/baseapp/context.js";
import { Assurance, type MsgRequestInference } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { largestAggregationGas } from "#modules/kernel/types/distribution.js";
import { invalidInputs } from "../types/errors.js";
import type { InferenceKeeper } from "./keeper.js";
import { availableProviders } from "./slot/eligible.js";

/**
 * Fails with `inference/6` when making one answer of the members' may take more gas than a block
 * has: a request is aggregated within one block.
 */
export function requireAggregation(
  ctx: Context,
  keeper: InferenceKeeper,
  manifest: Manifest,
  msg: MsgRequestInference,
): void {
  const limit = keeper.params(ctx).aggregationGasPerBlock;
  const seats =
    msg.assurance === Assurance.FULL
      ? availableProviders(ctx, keeper, Infinity).length
      : manifest.committee.target;
  const gas = largestAggregationGas(manifest, seats) * BigInt(msg.inputs.length);
  if (gas <= limit) return;
  throw invalidInputs({ problem: "aggregation gas of all inputs over a block", limit });
}
