import type { Context } from "#core/baseapp/context.js";
import type {
  Artifact,
  GenesisArtifact,
  GenesisState,
  GenesisVersion,
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
  for (const kernel of genesis.kernels) state.setKernel(ctx, kernel);
  for (const { version, manifest } of genesis.versions) state.addVersion(ctx, version, manifest);
  for (const id of genesis.awaitingValidation) {
    state.addWaiting(ctx, state.getVersion(ctx, id));
  }
  for (const { kernelId, allowed } of genesis.access) state.setAccess(ctx, kernelId, allowed);
  for (const { kernelId, shares } of genesis.royalties) state.setRoyalty(ctx, kernelId, shares);
  for (const { artifact, chunks } of genesis.artifacts) {
    const { uploadId } = artifact;
    state.artifacts.add(ctx, artifact);
    for (const { index, data } of chunks) {
      state.artifacts.setChunk(ctx, { uploadId, index: Number(index) }, data);
    }
  }
  requireBalance(ctx, state, genesis.params.validationFee.denom);
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
