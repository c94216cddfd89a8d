import {
  type MsgSetShadowPolicy,
  type MsgStartShadow,
  type MsgStopShadow,
  type ShadowPolicy,
  type ShadowRun,
  ShadowStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { isDenom } from "#core/primitives/coin.js";
import { minBig, parseUint } from "#core/primitives/intMath.js";
import { invalidCoins } from "#core/primitives/sdkErrors.js";
import type { ShadowAnswer, ShadowOutcome } from "#modules/inference/types/expectedKeepers.js";
import { requireDigest } from "./msgs.js";
import { invalidShadowPolicy, invalidShadowRun } from "./registryErrors.js";
import { WHOLE_BPS } from "./royalty.js";

/** Largest value of the parameter `max_shadow_requests`. */
export const MAX_SHADOW_REQUESTS = 65_536;

const MAX_UINT64 = (1n << 64n) - 1n;

/**
 * Checks the beginning of a run without state: address, version id, a request or more, a budget.
 */
export function validateStartShadow(msg: MsgStartShadow): void {
  parseAddress("account", msg.owner);
  requireDigest("version_id", msg.versionId);
  if (msg.requests < 1) throw invalidShadowRun({ field: "requests", found: 0, minimum: 1 });
  const { denom, amount } = msg.budget;
  if (isDenom(denom) && (parseUint(amount) ?? 0n) > 0n) return;
  throw invalidCoins({ field: "budget", problem: `${amount}${denom}` });
}

/** Checks the end of a run without state: address. */
export function validateStopShadow(msg: MsgStopShadow): void {
  parseAddress("account", msg.owner);
}

/** Checks a policy without state: address, shares; none of both takes the policy away. */
export function validateSetShadowPolicy(msg: MsgSetShadowPolicy): void {
  parseAddress("account", msg.owner);
  if (msg.minRequests > 0) validatePolicy(msg);
  else if (msg.minAgreementBps > 0) {
    throw invalidShadowPolicy({ problem: "an agreement is asked for, but no requests" });
  }
}

/** Refuses a policy that asks for no requests, too many, or more than all of them: `kernel/135`. */
export function validatePolicy({
  minRequests,
  minAgreementBps,
}: Pick<ShadowPolicy, "minRequests" | "minAgreementBps">): void {
  if (minRequests < 1 || minRequests > MAX_SHADOW_REQUESTS) {
    const bounds = { minimum: 1, maximum: MAX_SHADOW_REQUESTS };
    throw invalidShadowPolicy({ field: "min_requests", found: minRequests, ...bounds });
  }
  if (minAgreementBps <= WHOLE_BPS) return;
  const bounds = { minimum: 0, maximum: WHOLE_BPS };
  throw invalidShadowPolicy({ field: "min_agreement_bps", found: minAgreementBps, ...bounds });
}

/** Shadow requests of a run that have not ended. */
export function pendingOf({ queued, answered, noAgreement, dropped }: ShadowRun): number {
  return queued - answered - noAgreement - dropped;
}

/** Whether answers of the head are repeated. */
export function isRunning({ status }: ShadowRun): boolean {
  return status === ShadowStatus.RUNNING;
}

/** What a run lacks under a policy, as a phrase; undefined when it satisfies the policy. */
export function policyProblem(
  policy: ShadowPolicy,
  run: ShadowRun | undefined,
): string | undefined {
  const { minRequests, minAgreementBps } = policy;
  if (run === undefined) return "it never ran beside the head";
  if (run.status !== ShadowStatus.ENDED) return "its shadow run has not ended";
  if (run.answered < minRequests) return `${run.answered} of ${minRequests} requests were answered`;
  // What found no agreement says something about the version, what was dropped does not.
  const measured = run.answered + run.noAgreement;
  if (run.agreed * WHOLE_BPS >= minAgreementBps * measured) return undefined;
  return `${run.agreed} of ${measured} answers are the head's, ${minAgreementBps} basis points are asked for`;
}

/** The report with one shadow request more that has ended. */
export function countOutcome(run: ShadowRun, outcome: ShadowOutcome): ShadowRun {
  switch (outcome.kind) {
    case "noAgreement":
      return { ...run, noAgreement: run.noAgreement + 1 };
    case "dropped":
      return { ...run, dropped: run.dropped + 1 };
    case "answered":
      return countAnswer(run, outcome);
  }
}

function countAnswer(run: ShadowRun, { agrees, fails, head, shadow }: ShadowAnswer): ShadowRun {
  return {
    ...run,
    answered: run.answered + 1,
    agreed: run.agreed + (agrees ? 1 : 0),
    kernelFailed: run.kernelFailed + (fails ? 1 : 0),
    headBlocks: add(run.headBlocks, head.blocks),
    shadowBlocks: add(run.shadowBlocks, shadow.blocks),
    headGas: add(run.headGas, head.gas),
    shadowGas: add(run.shadowGas, shadow.gas),
    headPrice: ((parseUint(run.headPrice) ?? 0n) + head.price).toString(),
    shadowPrice: ((parseUint(run.shadowPrice) ?? 0n) + shadow.price).toString(),
  };
}

/** The report with one answer of the head more that was not repeated. */
export function countSkipped(run: ShadowRun): ShadowRun {
  return { ...run, skipped: add(run.skipped, 1n) };
}

/** A sum that stays within the field. */
function add(sum: bigint, more: bigint): bigint {
  return minBig(sum + more, MAX_UINT64);
}
