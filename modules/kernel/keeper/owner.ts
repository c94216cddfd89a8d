import type { Kernel } from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { notOwner } from "../types/registryErrors.js";

/** The account that owns a kernel. */
export function ownerOf({ owner }: Kernel): Address {
  return parseAddress("account", owner);
}

/** Fails with `kernel/111` unless the kernel belongs to the account. */
export function requireOwner(kernel: Kernel, account: Address): void {
  if (equalBytes(ownerOf(kernel), account)) return;
  throw notOwner({ kernel: kernel.name, owner: kernel.owner });
}
