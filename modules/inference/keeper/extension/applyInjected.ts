import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import type { Payload } from "#core/codec/generated/aivm/inference/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { malformedInjected } from "../../types/errors.js";
import { injectedSkipped } from "../../types/events.js";
import { applyVotes, type Statement } from "../batch/applyVotes.js";
import { BatchBook } from "../batch/batchBook.js";
import { acceptPayload, judgePayload } from "../batch/outputs.js";
import { advanceBeacon } from "../beacon.js";
import type { InferenceKeeper } from "../keeper.js";
import { type InjectedTx, type VerifiedInjected, verifyInjected } from "./verifyInjected.js";

/**
 * Applies transaction 0 of a decided block. A bad one, which more than two thirds of the power
 * would have had to accept, is skipped whole and said so; it never throws.
 */
export function applyInjected(ctx: Context, keeper: InferenceKeeper, tx: InjectedTx): void {
  const fault = attempt(() => {
    ctx.atomically((inner) => {
      const verified = verifyInjected(inner, keeper, tx);
      advanceBeacon(inner, keeper, verified.vrfOutput);
      const book = new BatchBook(keeper);
      applyVotes(inner, keeper, book, verified.statements);
      requireAgreed(verified, (payload) => acceptPayload(inner, keeper, book, payload));
      acceptCarried(inner, keeper, book, verified.statements);
      book.save(inner);
    });
  });
  if (fault instanceof ChainError) ctx.emit(injectedSkipped(fault.message));
}

/**
 * Checks transaction 0 of a proposed block; throws `inference/3` with the reason. Does what
 * {@link applyInjected} does up to the last thing that can be wrong, and writes no outputs: `ctx` is
 * over a branch of the last committed state that is discarded.
 */
export function checkInjected(ctx: Context, keeper: InferenceKeeper, tx: InjectedTx): void {
  const verified = verifyInjected(ctx, keeper, tx);
  const book = new BatchBook(keeper);
  applyVotes(ctx, keeper, book, verified.statements);
  requireAgreed(verified, (payload) => {
    const batch = book.findRunning(ctx, payload.batchId);
    return batch !== undefined && judgePayload(ctx, keeper, batch, payload) !== undefined;
  });
}

/** The proposer vouches for its payloads: one that is not what was agreed spoils the block. */
function requireAgreed(
  { payloads }: VerifiedInjected,
  isAgreed: (payload: Payload) => boolean,
): void {
  for (const payload of payloads) {
    if (isAgreed(payload)) continue;
    const { batchId } = payload;
    throw malformedInjected({ problem: "a payload is not what was agreed, or not new", batchId });
  }
}

/** Takes outputs that members of a batch carry, in validator-set order; bad ones say nothing. */
export function acceptCarried(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  statements: readonly Statement[],
): void {
  for (const { consensusAddress, extension } of statements) {
    for (const payload of extension.payloads) {
      if (!isOfMember(ctx, keeper, consensusAddress, payload)) continue;
      acceptPayload(ctx, keeper, book, payload);
    }
  }
}

function isOfMember(
  ctx: Context,
  keeper: InferenceKeeper,
  consensusAddress: Uint8Array,
  { batchId }: Payload,
): boolean {
  return keeper.findSeatNumber(ctx, consensusAddress, batchId) !== undefined;
}
