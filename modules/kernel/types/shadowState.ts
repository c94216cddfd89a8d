import {
  type Kernel,
  type ShadowRun,
  ShadowEnd,
  ShadowStatus,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { parseUint } from "#core/primitives/intMath.js";
import { isRunning, pendingOf } from "./shadow.js";

/** What a run is about; undefined where it does not exist. */
export interface ShadowSubject {
  readonly kernel: Kernel | undefined;
  readonly version: Version | undefined;
  readonly head: Version | undefined;
}

/** What contradicts itself in a stored run, as a phrase; undefined when nothing does. */
export function runProblem(run: ShadowRun, subject: ShadowSubject): string | undefined {
  const { kernel, version, head } = subject;
  if (kernel === undefined || version === undefined || head === undefined) return "of nothing";
  const isOf = [version, head].every(({ kernelId }) => kernelId === run.kernelId);
  if (!isOf || version.number !== run.number) return "of another kernel or number";
  return countProblem(run) ?? stateProblem(run, { kernel, version });
}

function countProblem(run: ShadowRun): string | undefined {
  const { queued, requests, answered, agreed, kernelFailed, budget, headPrice, shadowPrice } = run;
  if (requests < 1 || queued > requests) return "more queued than asked for";
  if (pendingOf(run) < 0) return "more ended than queued";
  if (agreed > answered || kernelFailed > answered) return "more agreed or failed than answered";
  const isCounted = [budget.amount, headPrice, shadowPrice].every(
    (amount) => parseUint(amount) !== undefined,
  );
  return isCounted ? undefined : "an amount that is none";
}

/** Only what runs has a budget and no end; only what has ended has nothing under way. */
function stateProblem(
  run: ShadowRun,
  { kernel, version }: { readonly kernel: Kernel; readonly version: Version },
): string | undefined {
  if (isRunning(run)) {
    const isBeside = equalBytes(run.headVersionId, kernel.headVersionId);
    const goesOn = run.end === ShadowEnd.UNSPECIFIED && run.queued < run.requests;
    if (version.status !== VersionStatus.ACTIVE || !isBeside) return "running beside no head";
    return goesOn ? undefined : "running after its end";
  }
  const isEnd = run.end > ShadowEnd.UNSPECIFIED && run.end <= ShadowEnd.BUDGET_SPENT;
  if (!isEnd || parseUint(run.budget.amount) !== 0n) {
    return "over without an end, or with a budget";
  }
  const isOver = pendingOf(run) === 0;
  const known = run.status === (isOver ? ShadowStatus.ENDED : ShadowStatus.DRAINING);
  return known && isOver === run.endedHeight > 0n ? undefined : "ended at the wrong time";
}
