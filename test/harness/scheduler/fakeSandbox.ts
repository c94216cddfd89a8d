import { type Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { ValidationReport, type Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import type {
  ConformanceResult,
  ExecutionOutcome,
  ExecutionTask,
  Sandbox,
  ValidationTask,
} from "#sandbox/executor.js";

interface Call {
  readonly tasks: readonly ExecutionTask[];
  readonly settle: (outcomes: ExecutionOutcome[]) => void;
  readonly fail: (error: Error) => void;
}

/** The outcome of a "model" that hashes its input, seed and work key. */
export function honestOutcome(task: ExecutionTask): ExecutionOutcome {
  const output = domainHash("test/model", task.input, task.seed);
  const workDigest =
    task.workKey === undefined
      ? new Uint8Array(0)
      : domainHash("test/work", task.workKey, task.input);
  return outcomeOf(output, workDigest);
}

/** A successful outcome. */
export function outcomeOf(
  output: Uint8Array,
  workDigest: Uint8Array = new Uint8Array(0),
): ExecutionOutcome {
  const receipt: Receipt = {
    status: ReceiptStatus.OK,
    gasUsed: 10n,
    outputSize: BigInt(output.length),
    outputDigest: sha256(output),
    workDigest,
  };
  return { kind: "receipt", receipt, output, detail: "" };
}

/** A sandbox that answers when the test lets it, or at once when `patient` is false. */
export class FakeSandbox implements Sandbox {
  conformance: ConformanceResult = { conforms: true };
  offered: readonly Engine[] = [MODEL_ENGINE, CODE_ENGINE];
  patient = false;
  /** Changes an outcome. */
  answer: (task: ExecutionTask) => ExecutionOutcome = honestOutcome;
  readonly validations: ValidationTask[] = [];
  /** Every execution that was asked for, in order. */
  readonly executed: ExecutionTask[] = [];
  /** Calls that wait for an answer. */
  readonly waiting: Call[] = [];

  execute(task: ExecutionTask): Promise<ExecutionOutcome> {
    return Promise.resolve(this.answer(task));
  }

  executeMany(tasks: readonly ExecutionTask[]): Promise<ExecutionOutcome[]> {
    this.executed.push(...tasks);
    if (!this.patient) return Promise.resolve(tasks.map(this.answer));
    return new Promise((settle, fail) => {
      this.waiting.push({ tasks, settle, fail });
    });
  }

  validate(task: ValidationTask): Promise<ExecutionOutcome> {
    this.validations.push(task);
    const report = ValidationReport.create({ accepted: true, modelGas: 5n });
    return Promise.resolve(outcomeOf(ValidationReport.encode(report)));
  }

  /** Answers the calls that wait. */
  release(): void {
    for (const { tasks, settle } of this.waiting.splice(0)) settle(tasks.map(this.answer));
  }

  engines(): Promise<readonly Engine[]> {
    return Promise.resolve(this.offered);
  }

  checkConformance(): Promise<ConformanceResult> {
    return Promise.resolve(this.conformance);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
