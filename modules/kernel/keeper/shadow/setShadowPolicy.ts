import type { Context } from "#core/baseapp/context.js";
import type {
  MsgSetShadowPolicy,
  MsgSetShadowPolicyResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { shadowPolicySet } from "../../types/events.js";
import { invalidShadowPolicy } from "../../types/registryErrors.js";
import type { KernelState } from "../kernelState.js";
import { requireOwned } from "../owner.js";

/**
 * Says what a version must have shown beside the head before it takes its place, from now on; the
 * head stays. The policy stays when the kernel is given away.
 */
export function setShadowPolicy(
  ctx: Context,
  state: KernelState,
  msg: MsgSetShadowPolicy,
): MsgSetShadowPolicyResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });
  const { maxShadowRequests: maximum } = state.params(ctx);
  if (msg.minRequests > maximum) {
    throw invalidShadowPolicy({ field: "min_requests", found: msg.minRequests, maximum });
  }

  const { minRequests, minAgreementBps } = msg;
  const policy = { kernelId: kernel.id, minRequests, minAgreementBps };
  state.shadows.setPolicy(ctx, policy);
  ctx.emit(shadowPolicySet(kernel, policy));
  return {};
}
