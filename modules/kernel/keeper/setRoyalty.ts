import type { Context } from "#core/baseapp/context.js";
import type {
  MsgSetRoyalty,
  MsgSetRoyaltyResponse,
  RoyaltyShare,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";
import { royaltySet } from "../types/events.js";
import { unknownKernel } from "../types/registryErrors.js";
import type { KernelState } from "./kernelState.js";
import { requireOwned } from "./owner.js";

/**
 * Divides what a kernel's owner gets, for every request that is paid out from now on. Kernels that
 * get a share exist; one that pays itself gives its owner what the owner would have anyway.
 */
export function setRoyalty(
  ctx: Context,
  state: KernelState,
  msg: MsgSetRoyalty,
): MsgSetRoyaltyResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });
  for (const share of msg.shares) requireRecipient(ctx, state, share);

  state.setRoyalty(ctx, kernel.id, msg.shares);
  ctx.emit(royaltySet(kernel, msg.shares));
  return {};
}

function requireRecipient(ctx: Context, state: KernelState, share: RoyaltyShare): void {
  const { address, kernel } = share;
  if (kernel !== "" && state.findKernelByName(ctx, kernel) === undefined) {
    throw unknownKernel({ kernel });
  }
  if (address === "" || !state.needs.bank.isModuleAccount(parseAddress("account", address))) return;
  throw unauthorized({ problem: `${address} is not allowed to receive a royalty` });
}
