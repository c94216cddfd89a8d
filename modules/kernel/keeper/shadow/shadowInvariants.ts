import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { isRunning, validatePolicy } from "../../types/shadow.js";
import { runProblem } from "../../types/shadowState.js";
import type { KernelState } from "../kernelState.js";

/** Every run is of a version and the head it ran beside, adds up, and is filed as what it is. */
export function checkShadowRuns(ctx: Context, state: KernelState): string | undefined {
  const running = new Set<string>();
  for (const run of state.shadows.all(ctx)) {
    const name = `${run.kernelId}/${run.number}`;
    const problem = runProblem(run, {
      kernel: state.findKernel(ctx, run.kernelId),
      version: state.findVersion(ctx, run.versionId),
      head: state.findVersion(ctx, run.headVersionId),
    });
    if (problem !== undefined) return `shadow run of ${name} is ${problem}`;
    if (isRunning(run)) running.add(name);
  }
  for (const [kernelId, number] of state.shadows.running(ctx)) {
    if (running.delete(`${kernelId}/${number}`)) continue;
    return `shadow run of ${kernelId}/${number} is filed as running and is not`;
  }
  return running.size === 0 ? undefined : "two shadow runs of a kernel are running";
}

/** Every policy is a kernel's and asks for what a run can show. */
export function checkShadowPolicies(ctx: Context, state: KernelState): string | undefined {
  for (const policy of state.shadows.policies(ctx)) {
    const { kernelId } = policy;
    if (state.findKernel(ctx, kernelId) === undefined) return `policy of no kernel ${kernelId}`;
    const fault = attempt(() => {
      validatePolicy(policy);
    });
    if (fault instanceof ChainError) return `policy of kernel ${kernelId}: ${fault.message}`;
  }
  return undefined;
}
