import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import { type Batch, BatchStatus, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { batchClosed } from "../types/events.js";
import type { BatchBook } from "./batch/batchBook.js";
import { punishWrong } from "./batch/close.js";
import { judgeBatch, rightAccounts } from "./batch/judge.js";
import type { InferenceKeeper } from "./keeper.js";

/** The one leaf of a validation job. */
const ONLY_POSITION = 0;

/** Ends a validation job: the version becomes ACTIVE or REJECTED and the right seats are paid. */
export function settleValidation(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batch: Batch,
): void {
  const report = readReport(ctx, keeper, batch);
  const judgement = judgeBatch(ctx, keeper, batch);
  const payees = rightAccounts(batch, judgement, ONLY_POSITION);
  keeper.needs.kernel.settleValidation(ctx, batch.versionId, { report, payees });
  punishWrong(ctx, keeper, batch, judgement);
  keeper.tables.agreedPayloads.delete(ctx.kv(keeper.storeKey), batch.id);
  book.put({ ...batch, status: BatchStatus.CLOSED });
  ctx.emit(batchClosed(batch.id));
}

function readReport(ctx: Context, keeper: InferenceKeeper, batch: Batch): ValidationReport {
  const payload = keeper.findAgreedPayload(ctx, batch.id);
  const execution = payload?.requests[0]?.executions[0];
  if (execution === undefined) return refusal("providers do not agree on the validation");
  if (execution.receipt.status !== ReceiptStatus.OK) return refusal("the validation job failed");
  const report = attempt(() => ValidationReport.decodeCanonical(execution.output));
  return report instanceof ChainError ? refusal("the validation report is malformed") : report;
}

function refusal(reason: string): ValidationReport {
  return ValidationReport.create({ reason });
}
