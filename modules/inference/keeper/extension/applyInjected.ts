import type { Context } from "#core/baseapp/context.js";
import type { BlockReport } from "#core/baseapp/module.js";
import { attempt } from "#core/codec/attempt.js";
import { type Payload, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { ChainError } from "#core/primitives/errors.js";
import { malformedInjected } from "../../types/errors.js";
import { injectedSkipped } from "../../types/events.js";
import { payloadLength } from "../../types/extension.js";
import { applyVotes } from "../batch/applyVotes.js";
import { BatchBook } from "../batch/batchBook.js";
import { acceptPayload } from "../batch/outputs.js";
import { advanceBeacon } from "../beacon.js";
import type { InferenceKeeper } from "../keeper.js";
import { type VerifiedInjected, verifyInjected } from "./verifyInjected.js";

/** Transaction 0 with the block it is in. */
export interface InjectedTx {
  readonly bytes: Uint8Array | undefined;
  readonly report: BlockReport;
}

/**
 * Applies transaction 0 of a decided block. A bad one, which more than two thirds of the power
 * would have had to accept, is skipped whole and said so; it never throws.
 */
export function applyInjected(ctx: Context, keeper: InferenceKeeper, tx: InjectedTx): void {
  const verified = attempt(() => verifyInjected(ctx, keeper, tx));
  if (verified instanceof ChainError) {
    ctx.emit(injectedSkipped(verified.message));
    return;
  }
  advanceBeacon(ctx, keeper, verified.vrfOutput);
  const book = new BatchBook(keeper);
  applyVotes(ctx, keeper, book, verified.statements);
  for (const payload of outputsOf(verified)) acceptPayload(ctx, keeper, book, payload);
  book.save(ctx);
}

/**
 * Checks transaction 0 of a proposed block on a branch of the last committed state, payloads
 * included; throws `inference/3` with the reason. `ctx` is to be discarded.
 */
export function checkInjected(ctx: Context, keeper: InferenceKeeper, tx: InjectedTx): void {
  const verified = verifyInjected(ctx, keeper, tx);
  const ids = verified.payloads.map((payload) => payload.batchId);
  if (!isStrictlyAscending(ids, compareBig)) {
    throw malformedInjected({ problem: "payloads do not ascend" });
  }
  const bytes = payloadLength(VoteExtension.create({ payloads: [...verified.payloads] }));
  if (BigInt(bytes) > keeper.params(ctx).payloadBytes) {
    throw malformedInjected({ problem: "payloads are too long", bytes });
  }
  const book = new BatchBook(keeper);
  applyVotes(ctx, keeper, book, verified.statements);
  for (const payload of verified.payloads) {
    if (!acceptPayload(ctx, keeper, book, payload)) {
      throw malformedInjected({
        problem: "receipts are not those agreed",
        batchId: payload.batchId,
      });
    }
  }
}

/** The proposer's payloads, then those that members carry, in validator-set order. */
function outputsOf(verified: VerifiedInjected): readonly Payload[] {
  return [
    ...verified.payloads,
    ...verified.statements.flatMap(({ extension }) => extension.payloads),
  ];
}
