import type { Context } from "#core/baseapp/context.js";
import {
  type Artifact,
  type GenesisArtifact,
  type GenesisState,
  type GenesisVersion,
  type Kernel,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { compareBig } from "#core/primitives/sorted.js";
import { chunkCount } from "../types/chunks.js";
import { KERNEL_MODULE } from "../types/keys.js";
import { invalidGenesis } from "../types/registryErrors.js";
import { heldInEscrow } from "./held.js";
import type { KernelState } from "./kernelState.js";

/**
 * Writes a validated section. Fails with `kernel/119` unless the module's account, which bank has
 * written before, holds what the section's deposits and fees come to.
 */
export function initGenesis(ctx: Context, state: KernelState, genesis: GenesisState): void {
  state.setParams(ctx, genesis.params);
  state.setNextKernelId(ctx, genesis.nextKernelId);
  state.artifacts.setNextUploadId(ctx, genesis.nextUploadId);
  for (const { version, manifest } of genesis.versions) state.addVersion(ctx, version, manifest);
  for (const kernel of genesis.kernels) initKernel(ctx, state, kernel);
  for (const id of genesis.awaitingValidation) initWaiting(ctx, state, id);
  for (const { kernelId, allowed } of genesis.access) state.setAccess(ctx, kernelId, allowed);
  for (const { kernelId, shares } of genesis.royalties) state.setRoyalty(ctx, kernelId, shares);
  for (const run of genesis.shadowRuns) state.shadows.set(ctx, run);
  for (const policy of genesis.shadowPolicies) state.shadows.setPolicy(ctx, policy);
  for (const { artifact, chunks } of genesis.artifacts) {
    const { uploadId } = artifact;
    state.artifacts.add(ctx, artifact);
    for (const { index, data } of chunks) {
      state.artifacts.setChunk(ctx, { uploadId, index: Number(index) }, data);
    }
  }
  requireBalance(ctx, state, genesis.params.validationFee.denom);
}

/** Who writes a genesis by hand need not say that the head is one. */
function initKernel(ctx: Context, state: KernelState, kernel: Kernel): void {
  state.setKernel(ctx, kernel);
  if (kernel.headVersionId.length === 0) return;
  state.setVersion(ctx, { ...state.getVersion(ctx, kernel.headVersionId), wasHead: true });
}

function initWaiting(ctx: Context, state: KernelState, id: Uint8Array): void {
  const version = state.getVersion(ctx, id);
  state.addWaiting(ctx, version);
  if (version.status === VersionStatus.REVOKED) state.addRevokedWaiting(ctx, id);
}

function requireBalance(ctx: Context, state: KernelState, denom: string): void {
  const found = state.needs.bank.moduleBalance(ctx, KERNEL_MODULE, denom);
  const expected = heldInEscrow(ctx, state);
  if (found === expected) return;
  const problem = `the module account holds ${found}${denom}, deposits are ${expected}${denom}`;
  throw invalidGenesis({ at: "kernel", problem });
}

/** The state as a genesis section; what is left of dropped uploads is not part of it. */
export function exportGenesis(ctx: Context, state: KernelState): GenesisState {
  const artifacts = [...state.artifacts.all(ctx)].sort((a, b) =>
    compareBig(a.uploadId, b.uploadId),
  );
  return {
    params: state.params(ctx),
    kernels: [...state.kernels(ctx)],
    versions: exportVersions(ctx, state),
    artifacts: artifacts.map((artifact) => exportArtifact(ctx, state, artifact)),
    nextKernelId: state.nextKernelId(ctx),
    awaitingValidation: [...state.waiting(ctx)],
    nextUploadId: state.artifacts.nextUploadId(ctx),
    access: [...state.accessLists(ctx)],
    royalties: [...state.royalties(ctx)],
    shadowRuns: [...state.shadows.all(ctx)],
    shadowPolicies: [...state.shadows.policies(ctx)],
  };
}

function exportVersions(ctx: Context, state: KernelState): GenesisVersion[] {
  return [...state.versions(ctx)].map((version) => ({
    version,
    manifest: state.manifestBytes(ctx, version.id),
  }));
}

function exportArtifact(ctx: Context, state: KernelState, artifact: Artifact): GenesisArtifact {
  const chunks: GenesisArtifact["chunks"] = [];
  for (let index = 0; index < chunkCount(artifact); index++) {
    const data = state.artifacts.findChunk(ctx, artifact, index);
    if (data !== undefined) chunks.push({ index: BigInt(index), data });
  }
  return { artifact, chunks };
}
