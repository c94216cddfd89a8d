import type { Context } from "#core/baseapp/context.js";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Combine,
  type Combined,
  failedExecution,
  failureOf,
  hasOutput,
  type Run,
} from "./combine.js";
import type { AggregationOutcome } from "../../types/expectedKeepers.js";
import type { InferenceKeeper } from "../keeper.js";

/** A kernel's aggregation code, ready to be called. */
type Code = (outputs: readonly Uint8Array[]) => AggregationOutcome;

/** Combines runs by the aggregation code of a version. */
export function combineByCode(
  ctx: Context,
  keeper: InferenceKeeper,
  versionId: Uint8Array,
): Combine {
  const { kernel, aggregator } = keeper.needs;
  const manifest = kernel.getManifest(ctx, versionId);
  const code = kernel.aggregationCode(ctx, versionId);
  const libraries = kernel.libraries(ctx, versionId);
  const { gasLimit } = manifest.aggregation;
  const call: Code = (outputs) =>
    aggregator.aggregate({ code, libraries, manifest, outputs, gasLimit });
  return (runs) => {
    const combined = combineRuns(call, runs);
    return { gas: combined.execution.receipt.gasUsed, combined };
  };
}

/**
 * The code sees the outputs of runs that succeeded; a run that failed while others succeeded is not
 * accepted. When all failed, the first failure in seat order stands for the result and everybody
 * who reported one is right.
 */
function combineRuns(code: Code, runs: readonly Run[]): Combined {
  const successes = runs.filter(({ execution }) => hasOutput(execution));
  if (successes.length === 0) {
    const [first] = runs;
    const status = first === undefined ? ReceiptStatus.EXCEPTION : failureOf(first.execution);
    return { execution: failedExecution(status), rejected: [] };
  }
  const outcome = code(successes.map(({ execution }) => execution.output));
  const refused = successes.filter((_, index) => outcome.accepted[index] === false);
  const failed = runs.filter(({ execution }) => !hasOutput(execution));
  return {
    execution: outcome.execution,
    rejected: [...refused, ...failed].map(({ seat }) => seat),
  };
}
