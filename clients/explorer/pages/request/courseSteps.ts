import type { RequestCourse } from "./readRequest.js";
import type { Member } from "./members.js";

/** A height at which something happened to a request. */
export interface CourseStep {
  readonly height: bigint;
  /** Blocks since the request's own: `R`, `R+1`. */
  readonly name: string;
  readonly what: string;
}

/** The heights that a request's course went through, in order, as far as it got. */
export function courseSteps(course: RequestCourse, members: readonly Member[]): CourseStep[] {
  const { request, batch, trace, result } = course;
  const steps: CourseStep[] = [];
  const add = (height: bigint | undefined, what: string): void => {
    if (height === undefined || height === 0n) return;
    const same = steps.findIndex((step) => step.height === height);
    const before = steps[same];
    if (before === undefined) steps.push({ height, name: nameOf(height - request.height), what });
    else steps[same] = { ...before, what: `${before.what}; ${what}` };
  };
  add(request.height, "in a block, price in escrow");
  add(batch?.slotHeight, "committee drawn, members run it");
  for (const height of heights(members, "commitHeight")) add(height, "commitments");
  add(trace?.frozenHeight, "commit set frozen");
  for (const height of heights(members, "revealHeight")) add(height, "reveals");
  add(result?.height, "result in state");
  return steps.toSorted((a, b) => Number(a.height - b.height));
}

function heights(
  members: readonly Member[],
  which: "commitHeight" | "revealHeight",
): ReadonlySet<bigint> {
  return new Set(members.map((one) => one[which]).filter((height) => height !== undefined));
}

function nameOf(blocks: bigint): string {
  return blocks === 0n ? "R" : `R+${blocks}`;
}
