import type { Context } from "#core/baseapp/context.js";
import {
  type MsgDeprecateVersion,
  type MsgDeprecateVersionResponse,
  ShadowEnd,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { versionDeprecated } from "../types/events.js";
import { notActive, unknownVersion } from "../types/registryErrors.js";
import { moveHead, successorOf } from "./head.js";
import { requireOwner } from "./owner.js";
import type { KernelState } from "./kernelState.js";
import { endShadowOf } from "./shadow/stopShadow.js";

/**
 * Keeps an active version runnable by its id but never again by the kernel's name: if it was the
 * head, the newest version that is still active and may take its place becomes it.
 */
export function deprecateVersion(
  ctx: Context,
  state: KernelState,
  msg: MsgDeprecateVersion,
): MsgDeprecateVersionResponse {
  const version = state.findVersion(ctx, msg.versionId);
  if (version === undefined) throw unknownVersion({ version_id: toHex(msg.versionId) });
  const kernel = state.getKernelOf(ctx, version);
  requireOwner(kernel, parseAddress("account", msg.owner));
  if (version.status !== VersionStatus.ACTIVE) {
    throw notActive({ version_id: toHex(version.id), status: version.status });
  }

  const deprecated = { ...version, status: VersionStatus.DEPRECATED };
  state.setVersion(ctx, deprecated);
  ctx.emit(versionDeprecated(kernel, deprecated));
  endShadowOf(ctx, state, version, ShadowEnd.NOT_ACTIVE);
  if (equalBytes(kernel.headVersionId, version.id)) {
    moveHead(ctx, state, kernel, successorOf(ctx, state, kernel));
  }
  return {};
}
