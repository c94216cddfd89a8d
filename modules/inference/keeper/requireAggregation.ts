import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  type MsgRequestInference,
  type Params,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { minBig } from "#core/primitives/intMath.js";
import { isByDistribution, largestAggregationGas } from "#modules/kernel/types/distribution.js";
import { maxValueSetBytes } from "#modules/kernel/types/schema.js";
import { invalidInputs } from "../types/errors.js";
import type { InferenceKeeper } from "./keeper.js";
import { availableProviders } from "./slot/eligible.js";

/**
 * Fails with `inference/6` when members' answers could not be made one: because that may take more
 * gas than a block has, within which a request is aggregated, or because answers that are compared
 * may be too large to be in state.
 */
export function requireAggregation(
  ctx: Context,
  keeper: InferenceKeeper,
  manifest: Manifest,
  msg: MsgRequestInference,
): void {
  const params = keeper.params(ctx);
  const isNear = isByDistribution(manifest);
  if (isNear) requireInlineOutputs(params, manifest);
  const limit = params.aggregationGasPerBlock;
  // What code may take does not depend on the seats.
  const seats = isNear ? seatsOf(ctx, keeper, manifest, msg.assurance) : 0;
  const gas = largestAggregationGas(manifest, seats) * BigInt(msg.inputs.length);
  if (gas <= limit) return;
  throw invalidInputs({ problem: "aggregation gas of all inputs over a block", limit });
}

/** Seats that may answer: those of a committee, or all providers that are available now. */
function seatsOf(
  ctx: Context,
  keeper: InferenceKeeper,
  { committee }: Manifest,
  assurance: Assurance,
): number {
  const isFull = assurance === Assurance.FULL;
  return isFull ? availableProviders(ctx, keeper, Infinity).length : committee.target;
}

function requireInlineOutputs(params: Params, { outputs, limits }: Manifest): void {
  const largest = minBig(maxValueSetBytes(outputs), limits.outputBytes);
  if (largest <= params.inlineOutputBytes) return;
  throw invalidInputs({
    problem: "outputs too large to be compared in state",
    limit: params.inlineOutputBytes,
    got: largest,
  });
}
