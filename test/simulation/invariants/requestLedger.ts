import {
  type Request,
  RequestStatus,
  RequestStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "#modules/inference/types/request.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";

/** Follows every request through the blocks. */
export class RequestLedger {
  readonly #known = new Map<bigint, Request>();

  /** Ends are final, but that a challenge reopens an answer; what was paid never changes. */
  check(world: World): void {
    const { inference } = world.keepers;
    const ctx = world.context();
    const kv = ctx.kv(inference.storeKey);
    for (const [id, request] of inference.tables.requests.iterate(kv)) {
      const before = this.#known.get(id);
      this.#known.set(id, request);
      if (before === undefined) continue;
      const isChallenged = inference.findChallenge(ctx, id) !== undefined;
      const problem = changeProblem(before, request, isChallenged);
      demand(problem === undefined, "ends-are-final", () => `request ${id} ${problem ?? ""}`);
    }
  }
}

function changeProblem(before: Request, after: Request, isChallenged: boolean): string | undefined {
  const became = `${nameOf(before.status)} became ${nameOf(after.status)}`;
  if (before.paid && !after.paid) return "was paid and is not";
  if (before.paid && before.status !== after.status) return `was paid as ${became}`;
  const moved = isTerminal(before.status) && before.status !== after.status;
  if (moved && !isChallenged) return became;
  if (!isTerminal(before.status) && after.status < before.status && !isRetried(after)) {
    return `went back: ${became}`;
  }
  return undefined;
}

function nameOf(status: RequestStatus): string {
  return RequestStatusNames.find(([value]) => value === status)?.[1] ?? String(status);
}

/** What escalates goes through the phases of another batch under one status. */
function isRetried({ status }: Request): boolean {
  return status === RequestStatus.ESCALATED;
}
