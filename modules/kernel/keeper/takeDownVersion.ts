import type { Context } from "#core/baseapp/context.js";
import {
  type MsgTakeDownVersion,
  type MsgTakeDownVersionResponse,
  ShadowEnd,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { versionRevoked } from "../types/events.js";
import { notAuthority, notRevocable, unknownVersion } from "../types/registryErrors.js";
import { payFromEscrow, zeroOf } from "./escrow.js";
import { moveHead, successorOf } from "./head.js";
import type { KernelState } from "./kernelState.js";
import { releaseReferences } from "./releaseReferences.js";
import { endShadowOf } from "./shadow/stopShadow.js";

/**
 * Ends a version for good: nobody runs or validates it, its artifacts go with it unless other
 * versions refer to them, and if it was the head, the newest version that is still active and may
 * take its place becomes it. Manifest and reason stay visible. Inference ends what was asked of it
 * from the next block on; deposit and, while it is validated, fee return.
 */
export function takeDownVersion(
  ctx: Context,
  state: KernelState,
  msg: MsgTakeDownVersion,
): MsgTakeDownVersionResponse {
  requireAuthority(state.params(ctx).authority, msg.authority);
  const version = state.findVersion(ctx, msg.versionId);
  if (version === undefined) throw unknownVersion({ version_id: toHex(msg.versionId) });
  const { status } = version;
  if (status === VersionStatus.REVOKED || status === VersionStatus.REJECTED) {
    throw notRevocable({ version_id: toHex(version.id), status });
  }

  const kernel = state.getKernelOf(ctx, version);
  const revoked = {
    ...version,
    status: VersionStatus.REVOKED,
    reason: msg.reason,
    revokedHeight: ctx.height,
    deposit: zeroOf(version.deposit),
    validationFee: zeroOf(version.validationFee),
  };
  state.setVersion(ctx, revoked);
  releaseReferences(ctx, state, version);
  returnFee(ctx, state, version);
  ctx.emit(versionRevoked(kernel, revoked));
  endShadowOf(ctx, state, version, ShadowEnd.NOT_ACTIVE);
  if (equalBytes(kernel.headVersionId, version.id)) {
    moveHead(ctx, state, kernel, successorOf(ctx, state, kernel));
  }
  return {};
}

/**
 * Gives the fee back while the version is validated. One that waits for its job is drawn in this
 * block as if it went on (see inference's `drawValidations`): it leaves the queue when the next
 * begins.
 */
function returnFee(ctx: Context, state: KernelState, version: Version): void {
  payFromEscrow(ctx, state, parseAddress("account", version.publisher), version.validationFee);
  if (state.isWaiting(ctx, version)) state.addRevokedWaiting(ctx, version.id);
}

function requireAuthority(authority: string, signer: string): void {
  const is = equalBytes(parseAddress("account", authority), parseAddress("account", signer));
  if (!is) throw notAuthority({ authority, signer });
}
