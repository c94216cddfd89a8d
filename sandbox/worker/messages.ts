import type { ConformanceResult } from "../executor.js";
import { parseUsage, type ProcessUsage } from "./usage.js";

/** Input, seed and work key of one execution. */
export interface CallMessage {
  readonly input: Uint8Array;
  readonly seed: Uint8Array;
  readonly workKey?: Uint8Array;
}

/** What a parent asks of a sandbox process; requests are answered in order. */
export type ChildRequest =
  | {
      readonly kind: "execute";
      /** Canonical manifest. */
      readonly manifest: Uint8Array;
      /** Answered together, in order; those before a fault are answered before it. */
      readonly calls: readonly CallMessage[];
    }
  | { readonly kind: "validate"; readonly manifest: Uint8Array }
  | { readonly kind: "conformance" };

/** An outcome with its receipt as canonical bytes: the parent decodes and checks what it gets. */
export type OutcomeMessage =
  | {
      readonly kind: "receipt";
      readonly receipt: Uint8Array;
      readonly output: Uint8Array;
      readonly detail: string;
    }
  | { readonly kind: "noReceipt"; readonly reason: string };

/** What a sandbox process tells its parent. */
export type ChildReply =
  /** The engines are loaded and are the pinned ones. */
  | { readonly kind: "ready" }
  /** The engines cannot be loaded; the process ends. */
  | { readonly kind: "unfit"; readonly reason: string }
  /** Of the first calls of a request that are not answered: all of them, unless a fault follows. */
  | {
      readonly kind: "outcomes";
      readonly outcomes: readonly OutcomeMessage[];
      /** What the process takes now. */
      readonly usage?: ProcessUsage;
    }
  /** The call ended in a fault; the process ends, because its engines may be damaged. */
  | { readonly kind: "fault"; readonly reason: string }
  | { readonly kind: "conformance"; readonly result: ConformanceResult };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what a child sent; undefined when it is no reply. A child runs hostile code, so its parent
 * takes nothing for granted.
 */
export function parseReply(message: unknown): ChildReply | undefined {
  const fields = asFields(message);
  switch (fields?.["kind"]) {
    case "ready":
      return { kind: "ready" };
    case "unfit":
    case "fault":
      return parseReason(fields["kind"], fields["reason"]);
    case "outcomes":
      return parseOutcomes(fields["outcomes"], fields["usage"]);
    case "conformance":
      return parseConformance(asFields(fields["result"]));
    default:
      return undefined;
  }
}

function parseReason(kind: "unfit" | "fault", reason: unknown): ChildReply | undefined {
  return typeof reason === "string" ? { kind, reason } : undefined;
}

function parseOutcomes(values: unknown, said: unknown): ChildReply | undefined {
  const usage = said === undefined ? undefined : parseUsage(said);
  if (!Array.isArray(values) || (said !== undefined && usage === undefined)) return undefined;
  const outcomes: OutcomeMessage[] = [];
  for (const value of values) {
    const outcome = parseOutcome(asFields(value));
    if (outcome === undefined) return undefined;
    outcomes.push(outcome);
  }
  return usage === undefined
    ? { kind: "outcomes", outcomes }
    : { kind: "outcomes", outcomes, usage };
}

function parseOutcome(fields: Fields | undefined): OutcomeMessage | undefined {
  const { kind, reason, receipt, output, detail } = fields ?? {};
  if (kind === "noReceipt" && typeof reason === "string") return { kind, reason };
  const bytes = receipt instanceof Uint8Array && output instanceof Uint8Array;
  if (kind !== "receipt" || !bytes || typeof detail !== "string") return undefined;
  return { kind, receipt, output, detail };
}

function parseConformance(fields: Fields | undefined): ChildReply | undefined {
  const { conforms, reason } = fields ?? {};
  if (conforms === true) return { kind: "conformance", result: { conforms } };
  if (conforms !== false || typeof reason !== "string") return undefined;
  return { kind: "conformance", result: { conforms, reason } };
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}
