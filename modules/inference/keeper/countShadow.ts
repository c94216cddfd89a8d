import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  type Execution,
  ReceiptStatus,
  type Request,
  RequestStatus,
  type Result,
  type Shadow,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import type { ShadowCost, ShadowOutcome } from "../types/expectedKeepers.js";
import { priceOf } from "../types/quote.js";
import { isAnswered } from "../types/request.js";
import type { InferenceKeeper } from "./keeper.js";

/**
 * Reports how a shadow request ended, once it is paid out: only then may nobody dispute its answer
 * any more. Other requests are none of a run's business.
 */
export function countShadow(ctx: Context, keeper: InferenceKeeper, request: Request): void {
  if (request.shadow === undefined) return;
  const outcome = outcomeOf(ctx, keeper, request, request.shadow);
  keeper.needs.kernel.countShadow(ctx, request.versionId, outcome);
}

function outcomeOf(
  ctx: Context,
  keeper: InferenceKeeper,
  request: Request,
  { requestId, headPrice }: Shadow,
): ShadowOutcome {
  if (request.status === RequestStatus.NO_AGREEMENT) {
    // Silence is none of the version's doing.
    return {
      kind: answersDiffer(keeper.getBatch(ctx, request.batchId)) ? "noAgreement" : "dropped",
    };
  }
  const own = keeper.findResult(ctx, request.id);
  const heads = keeper.findResult(ctx, requestId);
  const [execution, headExecution] = [own?.executions[0], heads?.executions[0]];
  if (!isAnswered(request.status) || own === undefined || heads === undefined) {
    return { kind: "dropped" };
  }
  if (execution === undefined || headExecution === undefined) return { kind: "dropped" };
  const head = keeper.getRequest(ctx, requestId);
  return {
    kind: "answered",
    agrees: areEqual(execution, headExecution),
    fails: execution.receipt.status !== ReceiptStatus.OK,
    head: costOf(head, heads, { execution: headExecution, price: parseUint(headPrice) ?? 0n }),
    shadow: costOf(request, own, { execution, price: priceOf(request.fees) }),
  };
}

/** Whether members showed different answers. */
function answersDiffer({ seats }: Batch): boolean {
  const roots = seats.filter(({ batchRoot }) => batchRoot.length > 0);
  return new Set(roots.map(({ batchRoot }) => toHex(batchRoot))).size > 1;
}

/** The same output, or a failure of the same kind; gas is another version's own. */
function areEqual({ receipt: a }: Execution, { receipt: b }: Execution): boolean {
  return a.status === b.status && equalBytes(a.outputDigest, b.outputDigest);
}

function costOf(
  { slotHeight }: Request,
  { height }: Result,
  { execution, price }: { readonly execution: Execution; readonly price: bigint },
): ShadowCost {
  return { blocks: height - slotHeight, gas: execution.receipt.gasUsed, price };
}
