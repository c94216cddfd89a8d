import type { Context } from "#core/baseapp/context.js";
import {
  type MsgSetHead,
  type MsgSetHeadResponse,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { notActive, shadowRequired, unknownVersion } from "../types/registryErrors.js";
import { leadProblem, moveHead } from "./head.js";
import type { KernelState } from "./kernelState.js";
import { requireOwner } from "./owner.js";

/**
 * Makes an active version the one that requests by the kernel's name run, newer ones or not. It
 * stays the head until a version becomes active that is newer than it, or it is deprecated. Where
 * the kernel has a policy, a version that was never the head must have shown what it asks for.
 */
export function setHead(ctx: Context, state: KernelState, msg: MsgSetHead): MsgSetHeadResponse {
  const version = state.findVersion(ctx, msg.versionId);
  if (version === undefined) throw unknownVersion({ version_id: toHex(msg.versionId) });
  const kernel = state.getKernelOf(ctx, version);
  requireOwner(kernel, parseAddress("account", msg.owner));
  if (version.status !== VersionStatus.ACTIVE) {
    throw notActive({ version_id: toHex(version.id), status: version.status });
  }
  const problem = leadProblem(ctx, state, kernel, version);
  if (problem !== undefined) throw shadowRequired({ version_id: toHex(version.id), problem });

  moveHead(ctx, state, kernel, version.id);
  return {};
}
