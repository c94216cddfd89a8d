/** How a node is: what a load balancer or an orchestrator asks. */
export interface HealthReport {
  /** `ok`: executes blocks and does what it is set up for. */
  readonly status: "ok" | "starting" | "unavailable";
  /** Last committed height; 0 before the first. */
  readonly height: number;
  /** Why it is not `ok`, a sentence each. */
  readonly reasons: readonly string[];
}

/** What is known of a node. */
export interface NodeCondition {
  readonly height: bigint;
  /** Whether a block was committed since the process started. */
  readonly committed: boolean;
  /** Seconds since the last commit, or since the start. */
  readonly silentSeconds: number;
  /** Why inference is out of order; undefined when it is not. */
  readonly inferenceProblem: string | undefined;
}

/** So many times the usual block time that no round change explains the silence. */
const MAX_SILENT_SECONDS = 120;

/** Judges a node's condition. */
export function judgeHealth(condition: NodeCondition): HealthReport {
  const { committed, silentSeconds, inferenceProblem } = condition;
  const height = Number(condition.height);
  const reasons: string[] = [];
  if (inferenceProblem !== undefined) reasons.push(inferenceProblem);
  if (silentSeconds > MAX_SILENT_SECONDS) {
    reasons.push(`no block was committed for ${Math.floor(silentSeconds)} seconds`);
  }
  if (reasons.length > 0) return { status: "unavailable", height, reasons };
  if (committed) return { status: "ok", height, reasons };
  return { status: "starting", height, reasons: ["no block was committed since the start"] };
}
