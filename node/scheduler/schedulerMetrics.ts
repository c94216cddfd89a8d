import type { NodeMetrics } from "#server/metrics/nodeMetrics.js";

/** What the scheduler counts. */
export type SchedulerMetrics = Pick<
  NodeMetrics,
  "availability" | "batch" | "executed" | "internalFault" | "noReceipt"
>;
