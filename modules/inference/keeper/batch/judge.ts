import type { Context } from "#core/baseapp/context.js";
import { type Batch, BatchKind, type Seat } from "#core/codec/generated/aivm/inference/v1.js";
import type { Address } from "#core/crypto/address.js";
import { isNative } from "#modules/kernel/types/distribution.js";
import { isEscalation, publishesPayloads } from "../../types/batch.js";
import { BatchJudgement, combinedVerdict, type Verdict } from "../../types/judgement.js";
import { operatorAccount } from "../../types/operator.js";
import { isAnswered } from "../../types/request.js";
import type { InferenceKeeper } from "../keeper.js";

/** What became of every seat's answers. */
export interface Judgement {
  verdict(seat: Seat, position: number): Verdict;
  /** Whether the seat is at fault for any answer. */
  isWrong(seat: Seat): boolean;
}

/**
 * Judges the seats of a batch by what is known now: final results where requests have ended, the
 * batch's own agreement elsewhere. Aggregation accepts or does not accept; it never finds anybody
 * wrong, so that no kernel can punish a validator. Judge a batch once for all its requests.
 */
export function judgeBatch(ctx: Context, keeper: InferenceKeeper, batch: Batch): Judgement {
  if (publishesPayloads(batch)) return { verdict: combinedVerdict, isWrong: () => false };
  const judgement = new BatchJudgement(batch, finalLeaves(ctx, keeper, batch));
  return mayDiffer(ctx, keeper, batch) ? withoutFault(judgement) : judgement;
}

/**
 * Whether a validation job may lawfully come out in another way: a test vector of the native engine
 * can be made to lie within the tolerance on one processor and outside of it on another.
 */
function mayDiffer(ctx: Context, keeper: InferenceKeeper, { kind, versionId }: Batch): boolean {
  const isValidation = kind === BatchKind.VALIDATION;
  return isValidation && isNative(keeper.needs.kernel.getManifest(ctx, versionId));
}

function withoutFault(judgement: Judgement): Judgement {
  const verdict = (seat: Seat, position: number): Verdict => {
    const found = judgement.verdict(seat, position);
    return found === "wrong" ? "rejected" : found;
  };
  return { verdict, isWrong: () => false };
}

/** Accounts of the seats of a batch that were right about the request at a position. */
export function rightAccounts(batch: Batch, judgement: Judgement, position: number): Address[] {
  return batch.seats
    .filter((seat) => judgement.verdict(seat, position) === "right")
    .map((seat) => operatorAccount(seat.operatorAddress));
}

function finalLeaves(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
): Array<Uint8Array | undefined> {
  if (batch.kind === BatchKind.VALIDATION) return batch.agreedLeaves.map(present);
  return batch.requestIds.map((id, position) => {
    const agreed = present(batch.agreedLeaves[position]);
    // An escalation's leaves bind work digests: only its own agreement can be compared with them.
    if (isEscalation(batch)) return agreed;
    const { status, batchId } = keeper.getRequest(ctx, id);
    // What no other batch decided is what this one agreed on: its result need not be read.
    if (!isAnswered(status) || batchId === batch.id) return agreed;
    return keeper.findResult(ctx, id)?.requestDigest;
  });
}

function present(leaf: Uint8Array | undefined): Uint8Array | undefined {
  return leaf === undefined || leaf.length === 0 ? undefined : leaf;
}
