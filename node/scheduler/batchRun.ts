import {
  type Batch,
  type Execution,
  type Receipt,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert } from "#core/primitives/assert.js";
import { packAbstentions } from "#modules/inference/types/abstentions.js";
import { isEscalation, leafCount } from "#modules/inference/types/batch.js";
import { batchRoot, NO_RECEIPT, requestLeaf } from "#modules/inference/types/digests.js";
import { rememberLeaves } from "#modules/inference/types/payload.js";
import type { FinishedBatch } from "#modules/inference/types/expectedKeepers.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";

/** An output that is too large for payloads and is asked for by its digest. */
export interface LargeOutput {
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Answer {
  readonly leaf: Uint8Array;
  readonly executions: readonly Execution[];
}

const EMPTY = new Uint8Array(0);
const NO_ANSWER: Answer = { leaf: NO_RECEIPT, executions: [] };

/** One batch on its way through the sandbox: requests are taken in order and answered in any. */
export class BatchRun {
  readonly batch: Batch;
  readonly manifest: Manifest;
  /** Outputs that stay out of the batch's payload. */
  readonly largeOutputs: LargeOutput[] = [];
  /** Nothing waits for its answer any more. */
  cancelled = false;
  readonly #inlineOutputBytes: bigint;
  readonly #answers: Array<Answer | undefined>;
  #taken = 0;
  #missing: number;

  constructor(batch: Batch, manifest: Manifest, inlineOutputBytes: bigint) {
    this.batch = batch;
    this.manifest = manifest;
    this.#inlineOutputBytes = inlineOutputBytes;
    this.#missing = leafCount(batch);
    this.#answers = Array.from({ length: this.#missing }, () => undefined);
  }

  /** Position of the next request that nobody has taken; undefined when all are. */
  take(): number | undefined {
    return this.#taken < this.#answers.length ? this.#taken++ : undefined;
  }

  /**
   * Takes the outcomes of one request, in input order. A single execution without a receipt makes
   * the request one that this host could not finish.
   */
  answer(position: number, outcomes: readonly ExecutionOutcome[]): void {
    assert(this.#answers[position] === undefined, "a request is answered once");
    this.#answers[position] = this.#toAnswer(outcomes);
    this.#missing--;
  }

  /** Whether every request is answered. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** Whether at least one request has a receipt. */
  get hasReceipt(): boolean {
    return this.#answers.some((answer) => answer !== undefined && answer.executions.length > 0);
  }

  /** The complete batch as ExtendVote speaks for it. */
  finish(salt: Uint8Array): FinishedBatch {
    assert(this.isComplete, "every request is answered");
    const answers = this.#answers.map((answer) => answer ?? NO_ANSWER);
    const leaves = answers.map(({ leaf }) => leaf);
    const executions = answers.map((answer) => answer.executions);
    const missing = executions.flatMap((list, position) => (list.length === 0 ? [position] : []));
    const finished = {
      batchId: this.batch.id,
      leaves,
      batchRoot: batchRoot(leaves),
      abstentions: packAbstentions(missing),
      salt,
      executions,
    };
    if (missing.length === 0) {
      rememberLeaves(finished, {
        executionCounts: executions.map((list) => list.length),
        escalated: isEscalation(this.batch),
        inlineOutputBytes: this.#inlineOutputBytes,
      });
    }
    return finished;
  }

  #toAnswer(outcomes: readonly ExecutionOutcome[]): Answer {
    const executions: Execution[] = [];
    for (const outcome of outcomes) {
      if (outcome.kind === "noReceipt") return NO_ANSWER;
      executions.push(this.#toExecution(outcome.receipt, outcome.output));
    }
    if (executions.length === 0) return NO_ANSWER;
    const receipts = executions.map(({ receipt }) => receipt);
    return { leaf: requestLeaf(receipts, isEscalation(this.batch)), executions };
  }

  #toExecution(receipt: Receipt, bytes: Uint8Array): Execution {
    if (receipt.outputSize <= this.#inlineOutputBytes) return { receipt, output: bytes };
    this.largeOutputs.push({ digest: receipt.outputDigest, bytes });
    return { receipt, output: EMPTY };
  }
}
