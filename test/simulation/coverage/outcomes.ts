import type { Event } from "#core/primitives/event.js";

/**
 * Events whose attribute tells one outcome from another: prefix of the names, attribute, values.
 */
const TOLD: ReadonlyMap<string, Outcome> = new Map([
  [
    "inference.request_ended",
    {
      prefix: "request ends",
      key: "status",
      values: ["FULFILLED", "KERNEL_FAILED", "NO_AGREEMENT", "EXPIRED", "REVOKED"],
    },
  ],
  [
    "inference.fault_recorded",
    { prefix: "fault", key: "kind", values: ["WRONG", "ABSENT", "WITHHELD", "INVALID"] },
  ],
  ["inference.challenge_ended", { prefix: "challenge won", key: "won", values: ["true", "false"] }],
  [
    "inference.batch_drawn",
    {
      prefix: "batch",
      key: "kind",
      values: ["COMMITTEE", "FULL", "ESCALATION", "VALIDATION"],
    },
  ],
  [
    "inference.seat_vacated",
    {
      prefix: "seat",
      key: "reason",
      values: ["declined", "unavailable", "left the validator set", "was not heard"],
    },
  ],
  [
    "inference.escalated",
    { prefix: "escalated", key: "reason", values: ["no agreement", "challenged"] },
  ],
  [
    "inference.availability_changed",
    { prefix: "available", key: "available", values: ["true", "false"] },
  ],
  [
    "inference.answers_combined",
    { prefix: "answers combined by", key: "by", values: ["code", "distribution"] },
  ],
  [
    "kernel.artifact_dropped",
    { prefix: "artifact", key: "reason", values: ["redundant", "released", "expired"] },
  ],
  [
    "kernel.shadow_ended",
    {
      prefix: "shadow run ends",
      key: "end",
      values: ["COMPLETE", "STOPPED", "HEAD_MOVED", "NOT_ACTIVE", "BUDGET_SPENT"],
    },
  ],
]);

interface Outcome {
  readonly prefix: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Events that are an outcome by themselves. */
const PLAIN: readonly string[] = [
  "inference.seat_redrawn",
  "inference.commitment_conflicted",
  "inference.comparison_begun",
  "inference.version_suspended",
  "inference.batch_closed",
  "kernel.version_activated",
  "kernel.version_rejected",
  "kernel.validation_postponed",
  "kernel.version_deprecated",
  "kernel.version_revoked",
  "kernel.access_set",
  "kernel.royalty_set",
  "kernel.transferred",
  "kernel.shadow_started",
  "kernel.shadow_policy_set",
  "inference.shadow_queued",
  "slash",
  "liveness",
  "complete_unbonding",
  "reward.settled",
  "reward.community_pool_funded",
  "withdraw_rewards",
  "burn",
];

/** Names of the outcomes that an event tells of. */
export function outcomeNames({ type, attributes }: Event): string[] {
  if (PLAIN.includes(type)) return [`event ${type}`];
  const outcome = TOLD.get(type);
  const value = attributes.find(({ key }) => key === outcome?.key)?.value;
  return outcome === undefined || value === undefined ? [] : [`${outcome.prefix} ${value}`];
}

/** Names of all outcomes that must occur. */
export function expectedOutcomes(): string[] {
  const told = [...TOLD.values()].flatMap(({ prefix, values }) =>
    values.map((value) => `${prefix} ${value}`),
  );
  return [...told, ...PLAIN.map((type) => `event ${type}`)];
}
