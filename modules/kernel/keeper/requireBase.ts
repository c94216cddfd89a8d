import type { Context } from "#core/baseapp/context.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { refersToArtifacts } from "../types/refersToArtifacts.js";
import { invalidBase, modelNotOfBase } from "../types/registryErrors.js";
import type { KernelState } from "./kernelState.js";

/**
 * The base of a manifest with adapters: a version that exists and was neither rejected nor revoked,
 * that is among the parents, so that it is part of the lineage, and that has each of the models
 * without an adapter of its own.
 */
export function requireBase(
  ctx: Context,
  state: KernelState,
  { baseVersionId, models }: Manifest,
  parents: readonly Uint8Array[],
): void {
  if (baseVersionId.length === 0) return;
  const version_id = toHex(baseVersionId);
  const base = state.findVersion(ctx, baseVersionId);
  if (base === undefined) throw invalidBase({ version_id, problem: "does not exist" });
  if (!refersToArtifacts(base)) {
    throw invalidBase({ version_id, problem: "was rejected or revoked" });
  }
  if (!parents.some((parent) => equalBytes(parent, baseVersionId))) {
    throw invalidBase({ version_id, problem: "is not among the parents" });
  }
  const plain = state
    .getManifest(ctx, baseVersionId)
    .models.filter(({ adapterDigest }) => adapterDigest.length === 0);
  const stranger = models.find(
    ({ digest, adapterDigest }) =>
      adapterDigest.length > 0 && !plain.some((model) => equalBytes(model.digest, digest)),
  );
  if (stranger !== undefined) throw modelNotOfBase({ version_id, model: stranger.name });
}
