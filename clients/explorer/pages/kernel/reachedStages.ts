import type { RequestProgress, RequestStage } from "#sdk/index.js";

/** A stage that a request has reached. */
export interface ReachedStage {
  readonly stage: RequestStage;
  /** Height at which it was first seen there. */
  readonly height: bigint;
  /** Members of the committee by now, and those of them that have done what the stage asks of them. */
  readonly members: number;
  readonly ready: number;
}

/** The stages that were reached, with what was just seen: news of the last stage replace it. */
export function reachedStages(
  before: readonly ReachedStage[],
  { stage, height, members }: RequestProgress,
): ReachedStage[] {
  const last = before.at(-1);
  const isSame = last?.stage === stage;
  const reached = {
    stage,
    height: isSame ? last.height : height,
    members: members.length,
    ready: members.filter(({ status }) => isReady(stage, status)).length,
  };
  return [...(isSame ? before.slice(0, -1) : before), reached];
}

function isReady(stage: RequestStage, status: string): boolean {
  if (stage === "committing") return status === "COMMITTED" || status === "REVEALED";
  return status === "REVEALED";
}
