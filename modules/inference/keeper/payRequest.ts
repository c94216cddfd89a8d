import type { Context } from "#core/baseapp/context.js";
import { type Request, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { parseUint } from "#core/primitives/intMath.js";
import type { RequestOutcome } from "../types/expectedKeepers.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { countShadow } from "./countShadow.js";
import type { InferenceKeeper } from "./keeper.js";

/** Pays out the escrow of a request that has ended (protocol.md section 16). */
export function payRequest(
  ctx: Context,
  keeper: InferenceKeeper,
  request: Request,
  members: readonly Address[],
): void {
  const { staking, kernel, reward } = keeper.needs;
  const { admission, compute, author, priority } = request.fees;
  reward.settleRequest(ctx, {
    requestId: request.id,
    outcome: outcomeOf(request),
    escrowModule: INFERENCE_MODULE,
    denom: staking.bondDenom(ctx),
    admission: parseUint(admission) ?? 0n,
    compute: parseUint(compute) ?? 0n,
    author: parseUint(author) ?? 0n,
    priority: parseUint(priority) ?? 0n,
    requester: parseAddress("account", request.requester),
    owner: kernel.getOwner(ctx, request.versionId),
    royalties: kernel.royaltiesOf(ctx, request.versionId),
    members,
  });
  keeper.setRequest(ctx, { ...request, paid: true });
  countShadow(ctx, keeper, request);
}

function outcomeOf(request: Request): RequestOutcome {
  switch (request.status) {
    case RequestStatus.FULFILLED:
      return "fulfilled";
    case RequestStatus.KERNEL_FAILED:
      return "kernelFailed";
    case RequestStatus.EXPIRED:
      return "expiredQueued";
    case RequestStatus.REVOKED:
      return "versionRevoked";
    default:
      return "noAgreement";
  }
}
