import type { Context } from "#core/baseapp/context.js";
import { BatchKind } from "#core/codec/generated/aivm/inference/v1.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import type { InferenceKeeper } from "../keeper.js";
import { eligibleProviders, hasCapacity } from "./eligible.js";
import { openBatch } from "./openBatch.js";

/** Gives versions that wait for validation to all available providers (protocol.md section 17). */
export function drawValidations(ctx: Context, keeper: InferenceKeeper): void {
  const params = keeper.params(ctx);
  const { kernel } = keeper.needs;
  for (const versionId of kernel.awaitingValidation(ctx, params.validationsPerBlock)) {
    const { limits, testVectors, committee } = kernel.getManifest(ctx, versionId);
    const vectors = maxBig(BigInt(testVectors.length), 1n);
    // A job over a batch's gas still has to fit a provider: it merely takes longer.
    const gas = minBig(limits.gas * vectors, params.maxBatchGas);
    const need = { gas, payloadBytes: 0n };
    const seats = eligibleProviders(ctx, keeper).filter(({ load }) =>
      hasCapacity(load, need, params),
    );
    if (seats.length < committee.minimum || seats.length === 0) continue;
    const draft = {
      id: keeper.takeBatchId(ctx),
      kind: BatchKind.VALIDATION,
      versionId,
      requestIds: [],
      workBeacon: new Uint8Array(0),
      ...need,
    };
    kernel.beginValidation(ctx, versionId);
    openBatch(ctx, keeper, draft, seats);
  }
}
