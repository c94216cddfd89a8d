import type { Context } from "#core/baseapp/context.js";
import type { Kernel } from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { notOwner, unknownKernel } from "../types/registryErrors.js";
import type { KernelState } from "./kernelState.js";

/** The account that owns a kernel. */
export function ownerOf({ owner }: Kernel): Address {
  return parseAddress("account", owner);
}

/** Fails with `kernel/111` unless the kernel belongs to the account. */
export function requireOwner(kernel: Kernel, account: Address): void {
  if (equalBytes(ownerOf(kernel), account)) return;
  throw notOwner({ kernel: kernel.name, owner: kernel.owner });
}

/** The kernel of a name; fails with `kernel/120` without one and `kernel/111` for another's. */
export function requireOwned(
  ctx: Context,
  state: KernelState,
  { name, owner }: { readonly name: string; readonly owner: string },
): Kernel {
  const kernel = state.findKernelByName(ctx, name);
  if (kernel === undefined) throw unknownKernel({ kernel: name });
  requireOwner(kernel, parseAddress("account", owner));
  return kernel;
}
