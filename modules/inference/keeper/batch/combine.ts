import { type Execution, Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";

/** What a seat's run on one input gave. */
export interface Run {
  /** Number of the seat. */
  readonly seat: number;
  readonly execution: Execution;
}

/** One answer of many. */
export interface Combined {
  readonly execution: Execution;
  /** Numbers of the seats whose answer was not accepted. */
  readonly rejected: readonly number[];
}

/** What combining the runs on one input came to. */
export interface Combination {
  /** What it took of the block's budget. */
  readonly gas: bigint;
  /** Undefined when the runs do not agree. */
  readonly combined: Combined | undefined;
}

/** Makes one answer of the runs of seats on one input, in seat order and one at least. */
export type Combine = (runs: readonly Run[]) => Combination;

/** What makes one answer of many, by name and as a function. */
export interface Combiner {
  readonly by: "code" | "distribution";
  readonly combine: Combine;
}

/** Only outputs that are in state can be combined: larger ones are as good as none. */
export function hasOutput({ receipt, output }: Execution): boolean {
  return receipt.status === ReceiptStatus.OK && output.length > 0;
}

/** How a run failed that {@link hasOutput} finds without an output. */
export function failureOf({ receipt }: Execution): Receipt["status"] {
  return receipt.status === ReceiptStatus.OK ? ReceiptStatus.OUTPUT_TOO_LARGE : receipt.status;
}

/** The agreed execution of a kernel that failed. */
export function failedExecution(status: Receipt["status"]): Execution {
  return { receipt: Receipt.create({ status }), output: new Uint8Array(0) };
}
