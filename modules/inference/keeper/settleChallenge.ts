import type { Context } from "#core/baseapp/context.js";
import {
  type Challenge,
  ChallengeStatus,
  type Request,
  type RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { assertDefined } from "#core/primitives/assert.js";
import { divFloor } from "#core/primitives/intMath.js";
import { challengeEnded } from "../types/events.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { endRequest } from "./endRequest.js";
import type { InferenceKeeper } from "./keeper.js";

/** A challenged request whose escalation has ended. */
export interface EndedChallenge {
  readonly request: Request;
  readonly challenge: Challenge;
  /** Undefined without agreement. */
  readonly decided: RequestStatus | undefined;
  /** Accounts of the seats that decided, one entry for each; none without agreement. */
  readonly members: readonly Address[];
  /** Whether the challenger gets its bond back although it did not win; not unless said so. */
  readonly returnsBond?: boolean;
}

/**
 * Ends a challenge (protocol.md section 14): won if the escalation agrees on another digest, lost
 * if it confirms the result or agrees on nothing. The loser's bond goes to those who repeated the
 * work in vain, or to the community pool when nobody was right. A takedown decides nothing and takes
 * nothing.
 */
export function settleChallenge(
  ctx: Context,
  keeper: InferenceKeeper,
  ended: EndedChallenge,
): void {
  const { request, challenge, decided, members } = ended;
  const result = assertDefined(keeper.findResult(ctx, request.id), "a disputed result exists");
  const won = decided !== undefined && !equalBytes(result.requestDigest, challenge.disputedDigest);
  const status = won ? ChallengeStatus.WON : ChallengeStatus.LOST;
  keeper.setChallenge(ctx, { ...challenge, status });
  const restored =
    decided === undefined
      ? { ...request, status: result.status, batchId: challenge.batchId, originBatchId: 0n }
      : { ...request, status: decided };
  keeper.setRequest(ctx, restored);
  if (won || ended.returnsBond === true) returnBond(ctx, keeper, challenge);
  else forfeitBond(ctx, keeper, challenge, members);
  ctx.emit(challengeEnded(request.id, won));
  endRequest(ctx, keeper, restored);
}

function returnBond(ctx: Context, keeper: InferenceKeeper, challenge: Challenge): void {
  if (amountOf(challenge.bond) === 0n) return;
  const to = parseAddress("account", challenge.challenger);
  keeper.needs.bank.sendFromModule(ctx, INFERENCE_MODULE, to, [challenge.bond]);
}

function forfeitBond(
  ctx: Context,
  keeper: InferenceKeeper,
  challenge: Challenge,
  members: readonly Address[],
): void {
  const total = amountOf(challenge.bond);
  if (total === 0n) return;
  const share = members.length === 0 ? 0n : divFloor(total, BigInt(members.length));
  const { denom } = challenge.bond;
  if (share > 0n) {
    for (const member of members) pay(ctx, keeper, member, coin(denom, share));
  }
  const rest = total - share * BigInt(members.length);
  if (rest > 0n) {
    keeper.needs.reward.fundCommunityPool(ctx, INFERENCE_MODULE, coin(denom, rest));
  }
}

function pay(ctx: Context, keeper: InferenceKeeper, to: Address, amount: Coin): void {
  keeper.needs.bank.sendFromModule(ctx, INFERENCE_MODULE, to, [amount]);
}
