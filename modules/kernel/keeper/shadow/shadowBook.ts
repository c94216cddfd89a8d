import type { Context } from "#core/baseapp/context.js";
import type { ShadowPolicy, ShadowRun, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { isRunning } from "../../types/shadow.js";
import { TABLES, versionNumberKey } from "../collections.js";

/** Shadow runs by version, which of them is running by kernel, and what policies ask for. */
export class ShadowBook {
  readonly #state: StoreKey;

  constructor(state: StoreKey) {
    this.#state = state;
  }

  /** The latest run of a version. */
  find(ctx: Context, { kernelId, number }: Version): ShadowRun | undefined {
    return TABLES.shadowRuns.find(ctx.kv(this.#state), [kernelId, number]);
  }

  /** The run of a kernel that repeats what its head answers. */
  findRunning(ctx: Context, kernelId: bigint): ShadowRun | undefined {
    const kv = ctx.kv(this.#state);
    const number = TABLES.runningShadows.find(kv, kernelId);
    return number === undefined ? undefined : TABLES.shadowRuns.get(kv, [kernelId, number]);
  }

  /** Writes a run and files it by whether it is running. */
  set(ctx: Context, run: ShadowRun): void {
    const kv = ctx.kv(this.#state);
    const { kernelId, number } = run;
    TABLES.shadowRuns.set(kv, [kernelId, number], run);
    const isFiled = TABLES.runningShadows.find(kv, kernelId) === number;
    if (isRunning(run)) TABLES.runningShadows.set(kv, kernelId, number);
    else if (isFiled) TABLES.runningShadows.delete(kv, kernelId);
  }

  /** Every run, by kernel and number. */
  *all(ctx: Context): IterableIterator<ShadowRun> {
    for (const [, run] of TABLES.shadowRuns.iterate(ctx.kv(this.#state))) yield run;
  }

  /** Part of the key of one kernel's runs, for paginated queries. */
  prefixOf(kernelId: bigint): Uint8Array {
    return versionNumberKey.prefix(kernelId);
  }

  /** Kernels of which a run is filed as running, with the number of its version. */
  *running(ctx: Context): IterableIterator<readonly [kernelId: bigint, number: bigint]> {
    yield* TABLES.runningShadows.iterate(ctx.kv(this.#state));
  }

  /** What a version must have shown before it takes the head's place; undefined: nothing. */
  findPolicy(ctx: Context, kernelId: bigint): ShadowPolicy | undefined {
    return TABLES.shadowPolicies.find(ctx.kv(this.#state), kernelId);
  }

  /** Sets a policy, or takes it away when it asks for no requests. */
  setPolicy(ctx: Context, policy: ShadowPolicy): void {
    const kv = ctx.kv(this.#state);
    if (policy.minRequests > 0) TABLES.shadowPolicies.set(kv, policy.kernelId, policy);
    else TABLES.shadowPolicies.delete(kv, policy.kernelId);
  }

  /** Every policy, by kernel id. */
  *policies(ctx: Context): IterableIterator<ShadowPolicy> {
    for (const [, policy] of TABLES.shadowPolicies.iterate(ctx.kv(this.#state))) yield policy;
  }
}
