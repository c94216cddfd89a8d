import type { Context } from "#core/baseapp/context.js";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import type { Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import { validationGrace } from "../../types/validationPause.js";
import type { InferenceKeeper } from "../keeper.js";
import { eligibleProviders, hasCapacity, hasFullPower } from "./eligible.js";
import { openBatch } from "./openBatch.js";

/**
 * Gives versions that wait for validation since an earlier block to all available providers, in
 * their turn (protocol.md section 17). A job that is tried again has a longer grace.
 */
export function drawValidations(ctx: Context, keeper: InferenceKeeper): void {
  const { kernel } = keeper.needs;
  const { validationsPerBlock } = keeper.params(ctx);
  for (const versionId of kernel.awaitingValidation(ctx, validationsPerBlock)) {
    const version = assertDefined(kernel.findVersion(ctx, versionId), "what waits exists");
    // A batch takes an id, on which every later draw of the slot depends.
    if (version.validationHeight >= ctx.height) return;
    if (!drawValidation(ctx, keeper, version)) return;
  }
}

/** Opens the job of one version; false when too little power is available now. */
function drawValidation(
  ctx: Context,
  keeper: InferenceKeeper,
  { id: versionId, validationAttempts }: Version,
): boolean {
  const params = keeper.params(ctx);
  const { kernel } = keeper.needs;
  const { limits, testVectors } = kernel.getManifest(ctx, versionId);
  const vectors = maxBig(BigInt(testVectors.length), 1n);
  // A job over a batch's gas still has to fit a provider: it merely takes longer.
  const need = { gas: minBig(limits.gas * vectors, params.maxBatchGas), payloadBytes: 0n };
  const seats = eligibleProviders(ctx, keeper).filter(({ load }) =>
    hasCapacity(load, need, params),
  );
  if (!hasFullPower(ctx, keeper, seats)) return false;
  kernel.beginValidation(ctx, versionId);
  const draft = {
    id: keeper.takeBatchId(ctx),
    kind: BatchKind.VALIDATION,
    versionId,
    requestIds: [],
    workBeacon: new Uint8Array(0),
    extraGrace: validationGrace(validationAttempts, params),
    ...need,
  };
  openBatch(ctx, keeper, draft, seats);
  return true;
}
