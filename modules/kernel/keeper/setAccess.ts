import type { Context } from "#core/baseapp/context.js";
import type { MsgSetAccess, MsgSetAccessResponse } from "#core/codec/generated/aivm/kernel/v1.js";
import { accessSet } from "../types/events.js";
import type { KernelState } from "./kernelState.js";
import { requireOwned } from "./owner.js";

/**
 * Says who may run a kernel besides its owner, from the next request on; what is queued or under way
 * goes on. The list stays when the kernel is given away.
 */
export function setAccess(
  ctx: Context,
  state: KernelState,
  msg: MsgSetAccess,
): MsgSetAccessResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });

  const allowed = msg.restricted ? msg.allowed : undefined;
  state.setAccess(ctx, kernel.id, allowed);
  ctx.emit(accessSet(kernel, allowed));
  return {};
}
