import type { Context } from "#core/baseapp/context.js";
import type { BlockReport, ValidatorUpdate } from "#core/baseapp/module.js";
import { pruneConsensusSets, recordConsensusSet, UPDATE_DELAY } from "./consensusSets.js";
import { punishDoubleSign } from "./doubleSign.js";
import { trackHistoricalInfo } from "./historicalInfo.js";
import { judgeLiveness } from "./liveness.js";
import { putKeysToUse } from "./providerKeys.js";
import type { StakingState } from "./state.js";
import { completeMatureUnbondings, completeMatureValidators } from "./unbondingQueue.js";
import { updateValidatorSet } from "./validatorSet.js";

/** Judges the validators by the last commit and by proofs of misbehaviour. */
export function beginBlock(ctx: Context, state: StakingState, report: BlockReport): void {
  const params = state.slashingParams(ctx);
  for (const vote of report.lastCommit) judgeLiveness(ctx, state, params, vote);
  for (const proof of report.misbehavior) punishDoubleSign(ctx, state, proof);
  trackHistoricalInfo(ctx, state);
}

/** Fixes the validator set of height + 2 and ends what has unbonded. */
export function endBlock(ctx: Context, state: StakingState): readonly ValidatorUpdate[] {
  const signingHeight = ctx.height + UPDATE_DELAY;
  putKeysToUse(ctx, state, signingHeight);
  const updates = updateValidatorSet(ctx, state);
  if (updates.length > 0) recordConsensusSet(ctx, state, signingHeight);
  pruneConsensusSets(ctx, state);
  completeMatureValidators(ctx, state);
  completeMatureUnbondings(ctx, state);
  return updates;
}
