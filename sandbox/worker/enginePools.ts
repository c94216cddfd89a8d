import type { Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import type {
  ConformanceResult,
  ExecutionOutcome,
  ExecutionTask,
  Sandbox,
  ValidationTask,
} from "../executor.js";
import { findNativePackage } from "../onnx/nativePackage.js";
import { type PoolOptions, SandboxPool } from "./sandboxPool.js";
import { addPools, type PoolUsage } from "./usage.js";

/** How pools are set up. */
export interface EnginePoolOptions extends Omit<PoolOptions, "nativeFolders"> {
  /** Whether the native engine is offered where it is installed; true by default. */
  readonly native?: boolean;
  /** Processes for it at most; as many as for the exact engine by default. */
  readonly nativeProcesses?: number;
}

const SWITCHED_OFF = "it is switched off";

/**
 * The sandbox of a node: a pool of processes for the exact engine and, where it is installed and
 * not switched off, one for the native engine. Each kernel runs in the pool of the engine that it
 * names. Native processes start when there is work for them, and whatever becomes of them is no
 * matter of the others.
 */
export class EnginePools implements Sandbox {
  readonly #exact: SandboxPool;
  readonly #native: SandboxPool | undefined;
  readonly #absent: string;

  constructor({ native = true, nativeProcesses, ...options }: EnginePoolOptions) {
    this.#exact = new SandboxPool(options);
    const finding = native ? findNativePackage() : { found: undefined, reason: SWITCHED_OFF };
    this.#absent = finding.found === undefined ? finding.reason : "";
    if (finding.found === undefined) return;
    const { folders: nativeFolders } = finding.found;
    const processes = nativeProcesses ?? options.processes ?? 1;
    this.#native = new SandboxPool({ ...options, processes, nativeFolders });
  }

  async execute(task: ExecutionTask): Promise<ExecutionOutcome> {
    return this.#poolOf(task.manifest)?.execute(task) ?? this.#refuse(task.manifest);
  }

  /** Outcomes in the order of the tasks. */
  async executeMany(tasks: readonly ExecutionTask[]): Promise<ExecutionOutcome[]> {
    const [first] = tasks;
    const isOne = tasks.every(({ manifest }) => manifest === first?.manifest);
    if (first === undefined || !isOne) return Promise.all(tasks.map((task) => this.execute(task)));
    const pool = this.#poolOf(first.manifest);
    return pool?.executeMany(tasks) ?? tasks.map(({ manifest }) => this.#refuse(manifest));
  }

  async validate(task: ValidationTask): Promise<ExecutionOutcome> {
    return this.#poolOf(task.manifest)?.validate(task) ?? this.#refuse(task.manifest);
  }

  /**
   * Of the exact engine, without which a host serves nothing, and of the native one if it conforms.
   */
  async engines(): Promise<readonly Engine[]> {
    const [exact, native] = await Promise.all([this.#exact.engines(), this.#native?.engines()]);
    if (exact.length === 0) return [];
    const model = native?.filter(({ name }) => name === NATIVE_ENGINE.name) ?? [];
    return [...exact, ...model];
  }

  /**
   * That of the exact engine: a host whose native engine does not conform serves all other kernels.
   */
  async checkConformance(): Promise<ConformanceResult> {
    return this.#exact.checkConformance();
  }

  /** Why the native engine is not offered; undefined when it is. */
  async nativeProblem(): Promise<string | undefined> {
    if (this.#native === undefined) return this.#absent;
    const result = await this.#native.checkConformance();
    return result.conforms ? undefined : result.reason;
  }

  /** Identifiers of the processes that run now. */
  processIds(): number[] {
    return [this.#exact, this.#native].flatMap((pool) => pool?.processIds() ?? []);
  }

  /** Memory of all processes and how well it serves. */
  get usage(): PoolUsage {
    const { usage } = this.#exact;
    return this.#native === undefined ? usage : addPools(usage, this.#native.usage);
  }

  async close(): Promise<void> {
    await Promise.all([this.#exact.close(), this.#native?.close()]);
  }

  #poolOf({ modelEngine }: Manifest): SandboxPool | undefined {
    return modelEngine.name === NATIVE_ENGINE.name ? this.#native : this.#exact;
  }

  #refuse({ modelEngine: { name, version } }: Manifest): ExecutionOutcome {
    const advice = `only ${MODEL_ENGINE.name} runs here`;
    return {
      kind: "noReceipt",
      reason: `no engine ${name}/${version}: ${this.#absent}; ${advice}`,
    };
  }
}
