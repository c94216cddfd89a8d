import type { Context } from "#core/baseapp/context.js";
import type { Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { manifestArtifacts } from "../types/manifest.js";
import { payFromEscrow } from "./escrow.js";
import type { KernelState } from "./kernelState.js";

/**
 * Takes back the references of a version that nobody will run and returns its publisher's deposit:
 * what no other version refers to may be published again for a while, then it expires.
 */
export function releaseReferences(ctx: Context, state: KernelState, version: Version): void {
  const expiryHeight = ctx.height + state.params(ctx).uploadExpiryBlocks;
  for (const digest of manifestArtifacts(state.getManifest(ctx, version.id))) {
    state.artifacts.removeReference(ctx, digest, expiryHeight);
  }
  payFromEscrow(ctx, state, parseAddress("account", version.publisher), version.deposit);
}
