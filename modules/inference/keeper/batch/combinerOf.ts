import type { Context } from "#core/baseapp/context.js";
import type { Batch } from "#core/codec/generated/aivm/inference/v1.js";
import { isByDistribution } from "#modules/kernel/types/distribution.js";
import type { InferenceKeeper } from "../keeper.js";
import type { Combiner } from "./combine.js";
import { combineByCode } from "./combineByCode.js";
import { combineByDistribution } from "./combineByDistribution.js";

/** How the answers of a batch whose members publish their own become one. */
export function combinerOf(ctx: Context, keeper: InferenceKeeper, batch: Batch): Combiner {
  const manifest = keeper.needs.kernel.getManifest(ctx, batch.versionId);
  return isByDistribution(manifest)
    ? { by: "distribution", combine: combineByDistribution(manifest, batch) }
    : { by: "code", combine: combineByCode(ctx, keeper, batch.versionId) };
}
