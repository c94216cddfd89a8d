import type { Context } from "#core/baseapp/context.js";
import {
  type MsgTransferKernel,
  type MsgTransferKernelResponse,
  ShadowEnd,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { unauthorized } from "#core/primitives/sdkErrors.js";
import { kernelTransferred } from "../types/events.js";
import type { KernelState } from "./kernelState.js";
import { requireOwned } from "./owner.js";
import { endRunning } from "./shadow/stopShadow.js";

/**
 * Gives a kernel to another account, which alone may publish, deprecate and transfer from then on.
 * What requests pay the author goes to whoever owns the kernel when they are settled; deposits stay
 * those of the publishers. A shadow run ends: whoever pays for it could not stop it any more.
 */
export function transferKernel(
  ctx: Context,
  state: KernelState,
  msg: MsgTransferKernel,
): MsgTransferKernelResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });
  if (state.needs.bank.isModuleAccount(parseAddress("account", msg.newOwner))) {
    throw unauthorized({ problem: `${msg.newOwner} is not allowed to own a kernel` });
  }

  const transferred = { ...kernel, owner: msg.newOwner };
  state.setKernel(ctx, transferred);
  ctx.emit(kernelTransferred(transferred, msg.owner));
  endRunning(ctx, state, { id: kernel.id, end: ShadowEnd.STOPPED });
  return {};
}
