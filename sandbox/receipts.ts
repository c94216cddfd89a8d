import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import type { ExecutionOutcome } from "./executor.js";

/** An outcome that has a receipt. */
export type ReceiptOutcome = Extract<ExecutionOutcome, { kind: "receipt" }>;

/** What an execution used. */
export interface Usage {
  readonly gasUsed: bigint;
  /** Escalations: digest over intermediate model outputs. */
  readonly workDigest?: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** The outcome of an execution that gave an output. */
export function successOutcome(output: Uint8Array, usage: Usage): ReceiptOutcome {
  const receipt = Receipt.create({
    status: ReceiptStatus.OK,
    gasUsed: usage.gasUsed,
    outputSize: BigInt(output.length),
    outputDigest: sha256(output),
    workDigest: usage.workDigest ?? EMPTY,
  });
  return { kind: "receipt", receipt, output, detail: "" };
}

/** The outcome of an execution that the kernel itself failed. */
export function failureOutcome(
  failure: { readonly status: ReceiptStatus; readonly detail: string },
  usage: Usage,
): ReceiptOutcome {
  const receipt = Receipt.create({
    status: failure.status,
    gasUsed: usage.gasUsed,
    workDigest: usage.workDigest ?? EMPTY,
  });
  return { kind: "receipt", receipt, output: EMPTY, detail: failure.detail };
}
