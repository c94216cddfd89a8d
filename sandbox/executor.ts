import type { Receipt } from "#core/codec/generated/aivm/inference/v1.js";
import type { Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { maxBig } from "#core/primitives/intMath.js";

/** One run of a kernel version on one input. Its artifacts are in the sandbox's artifact cache. */
export interface ExecutionTask {
  readonly manifest: Manifest;
  /** Canonical `ValueSet` that fits the manifest's inputs. */
  readonly input: Uint8Array;
  /** 32 bytes. */
  readonly seed: Uint8Array;
  /** Escalations: the beacon that keys the work digest, 32 bytes. */
  readonly workKey?: Uint8Array;
  /**
   * Gas that it is expected to take, where the caller knows better than the kernel's limit says.
   * Decides what a sandbox process is given ahead, never a verdict.
   */
  readonly expectedGas?: bigint;
}

/** What a byte of input stands for where work is counted: 3·10^9 gas are some 7 MB. */
const GAS_A_BYTE = 400n;

/**
 * What an execution takes of a sandbox, in gas: what is expected, else the kernel's limit, or for a
 * long input what its bytes stand for. Bounds what is given to a sandbox at a time; no verdict
 * depends on it.
 */
export function workOf({ manifest, input, expectedGas }: ExecutionTask): bigint {
  return maxBig(expectedGas ?? manifest.limits.gas, BigInt(input.length) * GAS_A_BYTE);
}

/** The validation of a kernel version (protocol.md section 17). */
export interface ValidationTask {
  readonly manifest: Manifest;
}

/**
 * What an execution yields: a receipt, which every honest host with the same engines reaches
 * alike, failures of the kernel included, or none when this host could not finish.
 */
export type ExecutionOutcome =
  | {
      readonly kind: "receipt";
      readonly receipt: Receipt;
      /** Canonical output, or report of a validation; empty unless the status is OK. */
      readonly output: Uint8Array;
      /** What went wrong, for the kernel's author; engine text, never hashed. */
      readonly detail: string;
    }
  | { readonly kind: "noReceipt"; readonly reason: string };

/** Whether this host reproduces the reference bits. */
export type ConformanceResult =
  { readonly conforms: true } | { readonly conforms: false; readonly reason: string };

/** Runs kernels in isolation. No method throws for what a kernel does. */
export interface Sandbox {
  execute(task: ExecutionTask): Promise<ExecutionOutcome>;
  /** Outcomes in the order of the tasks; cheaper than one by one. */
  executeMany(tasks: readonly ExecutionTask[]): Promise<ExecutionOutcome[]>;
  /** The receipt's output is a canonical `ValidationReport`; its status is always OK. */
  validate(task: ValidationTask): Promise<ExecutionOutcome>;
  /** Identities of the engines that were checked; none when this host does not conform. */
  engines(): Promise<readonly Engine[]>;
  /** Runs the conformance vectors on the engines of a process, once; later calls give that result. */
  checkConformance(): Promise<ConformanceResult>;
  /** Ends the processes; tasks that are not finished get no receipt. */
  close(): Promise<void>;
}
