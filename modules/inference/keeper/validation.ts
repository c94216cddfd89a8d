import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import { type Batch, BatchStatus, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { couldAgree } from "../types/batch.js";
import { batchClosed } from "../types/events.js";
import { VALIDATION_ATTEMPTS } from "../types/limits.js";
import { validationPause } from "../types/validationPause.js";
import type { BatchBook } from "./batch/batchBook.js";
import { punishWrong } from "./batch/close.js";
import { judgeBatch, rightAccounts } from "./batch/judge.js";
import type { InferenceKeeper } from "./keeper.js";

/** The one leaf of a validation job. */
const ONLY_POSITION = 0;

/**
 * Ends a validation job: the version becomes ACTIVE or REJECTED and the right seats are paid, or,
 * when too few answered in time, it waits for another job. The last one ends it for that reason.
 */
export function settleValidation(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batch: Batch,
): void {
  const { kernel } = keeper.needs;
  const report = findReport(ctx, keeper, batch);
  const judgement = judgeBatch(ctx, keeper, batch);
  if (report === undefined) tryAgain(ctx, keeper, batch.versionId);
  else {
    const payees = rightAccounts(batch, judgement, ONLY_POSITION);
    kernel.settleValidation(ctx, batch.versionId, { report, payees });
  }
  punishWrong(ctx, keeper, batch, judgement);
  keeper.tables.agreedPayloads.delete(ctx.kv(keeper.storeKey), batch.id);
  book.put({ ...batch, status: BatchStatus.CLOSED });
  ctx.emit(batchClosed(batch.id));
}

function tryAgain(ctx: Context, keeper: InferenceKeeper, versionId: Uint8Array): void {
  const { kernel } = keeper.needs;
  const version = assertDefined(kernel.findVersion(ctx, versionId), "what is validated exists");
  const attempts = version.validationAttempts;
  if (attempts < VALIDATION_ATTEMPTS) {
    const height = ctx.height + validationPause(attempts, keeper.params(ctx));
    kernel.postponeValidation(ctx, versionId, height);
    return;
  }
  const reason = `too few providers answered the validation job in time, ${attempts} times`;
  kernel.settleValidation(ctx, versionId, { report: refusal(reason), payees: [] });
}

/** What the job came to; undefined when too few answered to say. */
function findReport(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
): ValidationReport | undefined {
  const payload = keeper.findAgreedPayload(ctx, batch.id);
  const execution = payload?.requests[0]?.executions[0];
  if (execution === undefined) {
    return couldAgree(batch) ? undefined : refusal("providers do not agree on the validation");
  }
  if (execution.receipt.status !== ReceiptStatus.OK) return refusal("the validation job failed");
  const report = attempt(() => ValidationReport.decodeCanonical(execution.output));
  return report instanceof ChainError ? refusal("the validation report is malformed") : report;
}

function refusal(reason: string): ValidationReport {
  return ValidationReport.create({ reason });
}
