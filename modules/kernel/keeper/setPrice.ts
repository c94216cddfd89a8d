import type { Context } from "#core/baseapp/context.js";
import type { MsgSetPrice, MsgSetPriceResponse } from "#core/codec/generated/aivm/kernel/v1.js";
import { priceSet } from "../types/events.js";
import type { KernelState } from "./kernelState.js";
import { requireOwned } from "./owner.js";

/**
 * Sets what a kernel's author asks for an execution of any of its versions, for requests that are
 * made from now on: without a new version, which would have to be validated to cost less.
 */
export function setPrice(ctx: Context, state: KernelState, msg: MsgSetPrice): MsgSetPriceResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });

  const priced = { ...kernel, price: msg.price };
  state.setKernel(ctx, priced);
  ctx.emit(priceSet(priced));
  return {};
}
