import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import type { ConformanceResult, ExecutionOutcome } from "../executor.js";
import type { CallMessage, ChildRequest, OutcomeMessage } from "./messages.js";

/** What a pool has to do, and whom it tells. Jobs of one key are of one kind and one version. */
export type Job = { readonly key: string } & (
  | {
      readonly kind: "execute";
      readonly manifest: Uint8Array;
      readonly call: CallMessage;
      /** What it is expected to take, in gas. */
      readonly work: bigint;
      /** Asked for in a message of its own: a process ended before, and it may have been the cause. */
      readonly alone?: boolean;
      readonly settle: (outcome: ExecutionOutcome) => void;
    }
  | {
      readonly kind: "validate";
      readonly manifest: Uint8Array;
      readonly settle: (outcome: ExecutionOutcome) => void;
    }
  | {
      readonly kind: "conformance";
      readonly settle: (result: ConformanceResult) => void;
    }
);

/** Key of the executions of a version, whose manifest has this hash in hex. */
export function executionKey(manifestHash: string): string {
  return `execute ${manifestHash}`;
}

/** One request for jobs of the same key. */
export function toRequest(first: Job, jobs: readonly Job[]): ChildRequest {
  switch (first.kind) {
    case "execute": {
      const calls = jobs.flatMap((job) => (job.kind === "execute" ? [job.call] : []));
      return { kind: "execute", manifest: first.manifest, calls };
    }
    case "validate":
      return { kind: "validate", manifest: first.manifest };
    case "conformance":
      return { kind: "conformance" };
  }
}

/**
 * Gas of the executions that a process is given ahead, as far as it is known: some tenths of a
 * second. So much waits there that a process is not idle while the parent is busy with a block.
 */
export const AHEAD_GAS = 3_000_000_000n;

/** Executions in one message at most: few enough to take turns. */
const MESSAGE_EXECUTIONS = 16n;

/** Gas that a process has to do for a job, as far as that is known; nothing is given ahead of others. */
export function gasOf(job: Job): bigint {
  return job.kind === "execute" ? job.work : AHEAD_GAS;
}

/** Executions in one message: as many as a quarter of what is given ahead, at least one. */
export function messageSize(first: Job): number {
  if (first.kind !== "execute" || first.alone === true) return 1;
  return Number(minBig(maxBig(AHEAD_GAS / 4n / maxBig(first.work, 1n), 1n), MESSAGE_EXECUTIONS));
}

/** Tells a job that this host cannot do it. */
export function giveUp(job: Job, reason: string): void {
  if (job.kind === "conformance") job.settle({ conforms: false, reason });
  else job.settle({ kind: "noReceipt", reason });
}

/**
 * The outcome that a child reports. A child runs hostile code, so what it says is checked: the
 * receipt is canonical and names the output that came with it.
 */
export function readOutcome(message: OutcomeMessage): ExecutionOutcome {
  if (message.kind === "noReceipt") return { kind: "noReceipt", reason: message.reason };
  const receipt = decodeReceipt(message.receipt);
  if (receipt === undefined || !matches(receipt, message.output)) {
    return { kind: "noReceipt", reason: "the sandbox process reported a malformed outcome" };
  }
  return { kind: "receipt", receipt, output: message.output, detail: message.detail };
}

function decodeReceipt(bytes: Uint8Array): Receipt | undefined {
  try {
    return Receipt.decodeCanonical(bytes);
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}

function matches(receipt: Receipt, output: Uint8Array): boolean {
  if (receipt.outputSize !== BigInt(output.length)) return false;
  if (receipt.status !== ReceiptStatus.OK) return receipt.outputDigest.length === 0;
  return equalBytes(receipt.outputDigest, sha256(output));
}
