import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf } from "#core/primitives/coin.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { chunkCount, hasChunk } from "../types/chunks.js";
import { KERNEL_MODULE } from "../types/keys.js";
import { manifestArtifacts } from "../types/manifest.js";
import { refersToArtifacts } from "../types/refersToArtifacts.js";
import { checkAccess, checkRoyalties } from "./ownerInvariants.js";
import { checkShadowPolicies, checkShadowRuns } from "./shadow/shadowInvariants.js";
import { findBlobFlaw } from "./blobFlaw.js";
import { heldInEscrow } from "./held.js";
import type { KernelState } from "./kernelState.js";

/** What must hold of kernels and artifacts after every block. */
export function kernelInvariants(state: KernelState): readonly Invariant[] {
  return [
    { name: "references", check: (ctx) => checkReferences(ctx, state) },
    { name: "escrow", check: (ctx) => checkEscrow(ctx, state) },
    { name: "blobs", check: (ctx) => checkChunks(ctx, state) ?? checkStrays(ctx, state) },
    { name: "blob-digests", check: (ctx) => findBlobFlaw(ctx, state) },
    { name: "heads", check: (ctx) => checkHeads(ctx, state) },
    { name: "awaiting-validation", check: (ctx) => checkWaiting(ctx, state) },
    { name: "expiries", check: (ctx) => checkExpiries(ctx, state) },
    { name: "access", check: (ctx) => checkAccess(ctx, state) },
    { name: "royalties", check: (ctx) => checkRoyalties(ctx, state) },
    { name: "shadow-runs", check: (ctx) => checkShadowRuns(ctx, state) },
    { name: "shadow-policies", check: (ctx) => checkShadowPolicies(ctx, state) },
    { name: "lineage", check: (ctx) => checkLineage(ctx, state) },
  ];
}

/** An artifact counts the versions that name it and were neither rejected nor taken down. */
function checkReferences(ctx: Context, state: KernelState): string | undefined {
  const counts = new Map<string, bigint>();
  for (const version of state.versions(ctx)) {
    if (!refersToArtifacts(version)) continue;
    for (const digest of manifestArtifacts(state.getManifest(ctx, version.id))) {
      counts.set(toHex(digest), (counts.get(toHex(digest)) ?? 0n) + 1n);
    }
  }
  for (const { digest, references, complete } of state.artifacts.all(ctx)) {
    const name = toHex(digest);
    const count = complete ? (counts.get(name) ?? 0n) : 0n;
    if (references !== count) {
      return `artifact ${name} has ${references} references, ${count} versions name it`;
    }
    if (complete) counts.delete(name);
  }
  const [missing] = sortedNames(counts);
  return missing === undefined ? undefined : `artifact ${missing} is named but not there`;
}

function checkEscrow(ctx: Context, state: KernelState): string | undefined {
  const { denom } = state.params(ctx).validationFee;
  const balance = state.needs.bank.moduleBalance(ctx, KERNEL_MODULE, denom);
  const held = heldInEscrow(ctx, state);
  return balance === held ? undefined : `escrow holds ${balance}, deposits and fees are ${held}`;
}

/** Every chunk that a record names is there, and no other of its upload. */
function checkChunks(ctx: Context, state: KernelState): string | undefined {
  for (const artifact of state.artifacts.all(ctx)) {
    for (let index = 0; index < chunkCount(artifact); index++) {
      const isNamed = artifact.complete || hasChunk(artifact.receivedChunks, index);
      const isStored = state.artifacts.findChunk(ctx, artifact, index) !== undefined;
      if (isNamed === isStored) continue;
      return `chunk ${index} of ${toHex(artifact.digest)} is ${isStored ? "stray" : "missing"}`;
    }
  }
  return undefined;
}

/** Every chunk belongs to a record or to an upload that is being deleted. */
function checkStrays(ctx: Context, state: KernelState): string | undefined {
  const counts = new Map<bigint, number>();
  for (const [uploadId, left] of state.artifacts.removals(ctx)) counts.set(uploadId, Number(left));
  for (const artifact of state.artifacts.all(ctx)) {
    counts.set(artifact.uploadId, chunkCount(artifact));
  }
  let place = state.artifacts.firstChunkFrom(ctx, { uploadId: 0n, index: 0 });
  while (place !== undefined) {
    const { uploadId, index } = place;
    const count = counts.get(uploadId) ?? 0;
    if (index >= count) return `chunk ${index} of upload ${uploadId} belongs to nothing`;
    // Chunks below the count are allowed: the next that can be wrong comes behind them.
    place = state.artifacts.firstChunkFrom(ctx, { uploadId, index: count });
  }
  return undefined;
}

/**
 * A kernel with an active version has one of them as its head, which knows that it is or was one.
 */
function checkHeads(ctx: Context, state: KernelState): string | undefined {
  for (const { id, name, headVersionId } of state.kernels(ctx)) {
    const active = [...state.versionsOf(ctx, id)].filter(
      ({ status }) => status === VersionStatus.ACTIVE,
    );
    const isHeadless = active.length === 0 && headVersionId.length === 0;
    const head = active.find((version) => equalBytes(version.id, headVersionId));
    if (isHeadless || head?.wasHead === true) continue;
    return `head of ${name} is ${toHex(headVersionId)}, which is none of ${active.length} active`;
  }
  return undefined;
}

/**
 * Who waits for a validation job is VALIDATING, or was taken down in this block, in its turn, and
 * nobody else holds a fee. Which VALIDATING versions have begun is the inference module's to know.
 */
function checkWaiting(ctx: Context, state: KernelState): string | undefined {
  for (const id of state.waiting(ctx)) {
    if (waitsInTurn(ctx, state, id)) continue;
    return `version ${toHex(id)} waits for a validation job out of turn`;
  }
  for (const id of state.revokedWaiting(ctx)) {
    const version = state.findVersion(ctx, id);
    if (version?.status === VersionStatus.REVOKED && state.isWaiting(ctx, version)) continue;
    return `version ${toHex(id)} is noted as taken down while it waits and does not wait`;
  }
  for (const { id, status, validationFee } of state.versions(ctx)) {
    if (status === VersionStatus.VALIDATING || amountOf(validationFee) === 0n) continue;
    return `version ${toHex(id)} still holds its validation fee`;
  }
  return undefined;
}

function waitsInTurn(ctx: Context, state: KernelState, id: Uint8Array): boolean {
  const version = state.findVersion(ctx, id);
  if (version === undefined || !state.isWaiting(ctx, version)) return false;
  if (version.status === VersionStatus.VALIDATING) return true;
  return version.status === VersionStatus.REVOKED && state.isRevokedWaiting(ctx, id);
}

/** What no version refers to is queued to expire at its height, and nothing else is. */
function checkExpiries(ctx: Context, state: KernelState): string | undefined {
  let queued = 0;
  for (const expiry of state.artifacts.expiries(ctx)) {
    const record = state.artifacts.findExpiring(ctx, expiry);
    if (record?.references !== 0n || record.expiryHeight !== expiry.height) {
      return `${toHex(expiry.digest)} is queued to expire at ${expiry.height} for nothing`;
    }
    queued++;
  }
  const unreferenced = [...state.artifacts.all(ctx)].filter(({ references }) => references === 0n);
  if (unreferenced.length === queued) return undefined;
  return `${unreferenced.length} artifacts are without references, ${queued} will expire`;
}

/** Parents exist and were published before their children, or with them: lineage has no circles. */
function checkLineage(ctx: Context, state: KernelState): string | undefined {
  for (const version of state.versions(ctx)) {
    for (const id of version.parents) {
      const parent = state.findVersion(ctx, id);
      const problem =
        parent === undefined
          ? "does not exist"
          : isOlder(parent, version)
            ? undefined
            : "is not older";
      if (problem === undefined) continue;
      return `parent ${toHex(id)} of version ${toHex(version.id)} ${problem}`;
    }
  }
  return undefined;
}

function isOlder(parent: Version, child: Version): boolean {
  if (parent.publishedHeight > child.publishedHeight) return false;
  return parent.kernelId !== child.kernelId || parent.number < child.number;
}
