import type { Context } from "#core/baseapp/context.js";
import { ChallengeStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { amountOf } from "#core/primitives/coin.js";
import { escrowOf } from "../types/quote.js";
import type { InferenceKeeper } from "./keeper.js";

/** What the module's account must hold: escrows not paid out and bonds of open challenges. */
export function heldInEscrow(ctx: Context, keeper: InferenceKeeper): bigint {
  const kv = ctx.kv(keeper.storeKey);
  let held = 0n;
  for (const [, request] of keeper.tables.requests.iterate(kv)) {
    if (!request.paid) held += escrowOf(request.fees);
  }
  for (const [, challenge] of keeper.tables.challenges.iterate(kv)) {
    if (challenge.status === ChallengeStatus.OPEN) held += amountOf(challenge.bond);
  }
  return held;
}
