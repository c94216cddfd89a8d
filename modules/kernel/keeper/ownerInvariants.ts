import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { validateAllowed } from "../types/access.js";
import { validateShares } from "../types/royalty.js";
import type { KernelState } from "./kernelState.js";

/** Every access list is a kernel's and within its bounds. */
export function checkAccess(ctx: Context, state: KernelState): string | undefined {
  for (const { kernelId, allowed } of state.accessLists(ctx)) {
    if (state.findKernel(ctx, kernelId) === undefined) return `access of no kernel ${kernelId}`;
    const problem = problemOf(validateAllowed, allowed);
    if (problem !== undefined) return `access of kernel ${kernelId}: ${problem}`;
  }
  return undefined;
}

/** Every division is a kernel's, of the whole at most, and what it names exists. */
export function checkRoyalties(ctx: Context, state: KernelState): string | undefined {
  for (const { kernelId, shares } of state.royalties(ctx)) {
    if (state.findKernel(ctx, kernelId) === undefined) return `royalty of no kernel ${kernelId}`;
    const problem = shares.length === 0 ? "no shares" : problemOf(validateShares, shares);
    if (problem !== undefined) return `royalty of kernel ${kernelId}: ${problem}`;
    const missing = shares.find(
      ({ kernel }) => kernel !== "" && state.findKernelByName(ctx, kernel) === undefined,
    );
    if (missing !== undefined) return `royalty of kernel ${kernelId} names ${missing.kernel}`;
  }
  return undefined;
}

function problemOf<T>(validate: (value: T) => void, value: T): string | undefined {
  const fault = attempt(() => {
    validate(value);
  });
  return fault instanceof ChainError ? fault.message : undefined;
}
