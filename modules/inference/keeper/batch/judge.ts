import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  RequestStatus,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { isEscalation, publishesPayloads } from "../../types/batch.js";
import { BatchJudgement, type Verdict } from "../../types/judgement.js";
import type { InferenceKeeper } from "../keeper.js";

/** What became of every seat's answers. */
export interface Judgement {
  verdict(seat: Seat, position: number): Verdict;
  /** Whether the seat is at fault for any answer. */
  isWrong(seat: Seat): boolean;
}

/**
 * Judges the seats of a batch by what is known now: final results where requests have ended, the
 * batch's own agreement elsewhere. Code aggregation accepts or does not accept; it never finds
 * anybody wrong, so that no kernel can punish a validator.
 */
export function judgeBatch(ctx: Context, keeper: InferenceKeeper, batch: Batch): Judgement {
  if (publishesPayloads(batch)) return acceptance;
  return new BatchJudgement(batch, finalLeaves(ctx, keeper, batch));
}

const acceptance: Judgement = {
  verdict: (seat) => {
    if (seat.status !== SeatStatus.REVEALED) return "silent";
    return seat.accepted ? "right" : "abstained";
  },
  isWrong: () => false,
};

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
    const status = keeper.findRequest(ctx, id)?.status;
    const answered = status === RequestStatus.FULFILLED || status === RequestStatus.KERNEL_FAILED;
    const result = answered ? keeper.findResult(ctx, id) : undefined;
    return result?.requestDigest ?? agreed;
  });
}

function present(leaf: Uint8Array | undefined): Uint8Array | undefined {
  return leaf === undefined || leaf.length === 0 ? undefined : leaf;
}
