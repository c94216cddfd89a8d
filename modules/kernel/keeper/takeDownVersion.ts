import type { Context } from "#core/baseapp/context.js";
import {
  type MsgTakeDownVersion,
  type MsgTakeDownVersionResponse,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { versionRevoked } from "../types/events.js";
import { notAuthority, notRevocable, unknownVersion } from "../types/registryErrors.js";
import { zeroOf } from "./escrow.js";
import { moveHead, newestActive } from "./head.js";
import type { KernelState } from "./kernelState.js";
import { releaseReferences } from "./releaseReferences.js";

/**
 * Ends a version for good: nobody runs it, its artifacts go with it unless other versions refer to
 * them, and if it was the head, the newest version that is still active becomes it. Manifest and
 * reason stay visible. Inference ends what was asked of it at the end of the block.
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
  if (status !== VersionStatus.ACTIVE && status !== VersionStatus.DEPRECATED) {
    throw notRevocable({ version_id: toHex(version.id), status });
  }

  const kernel = state.getKernelOf(ctx, version);
  const revoked = {
    ...version,
    status: VersionStatus.REVOKED,
    reason: msg.reason,
    revokedHeight: ctx.height,
    deposit: zeroOf(version.deposit),
  };
  state.setVersion(ctx, revoked);
  releaseReferences(ctx, state, version);
  ctx.emit(versionRevoked(kernel, revoked));
  if (equalBytes(kernel.headVersionId, version.id)) {
    moveHead(ctx, state, kernel, newestActive(ctx, state, kernel.id));
  }
  return {};
}

function requireAuthority(authority: string, signer: string): void {
  const is = equalBytes(parseAddress("account", authority), parseAddress("account", signer));
  if (!is) throw notAuthority({ authority, signer });
}
