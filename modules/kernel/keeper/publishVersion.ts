import type { Context } from "#core/baseapp/context.js";
import {
  AggregationKind,
  type Artifact,
  Kernel,
  Manifest,
  type MsgPublishVersion,
  type MsgPublishVersionResponse,
  type Params,
  Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { storageDeposit } from "../types/deposit.js";
import { versionPublished } from "../types/events.js";
import { manifestArtifacts, validateManifest } from "../types/manifest.js";
import { MAX_LIBRARY_BYTES, namedFileDigests } from "../types/namedFiles.js";
import {
  artifactMissing,
  codeAggregationRefused,
  duplicateVersion,
  filesTooLarge,
  unknownParent,
  versionTooLarge,
} from "../types/registryErrors.js";
import { computeVersionId } from "../types/versionId.js";
import { uploaderOf } from "./artifactBook.js";
import { payFromEscrow, takeIntoEscrow, zeroOf } from "./escrow.js";
import { requireOwner } from "./owner.js";
import { requireBase } from "./requireBase.js";
import type { KernelState } from "./kernelState.js";

/**
 * Adds a version to the signer's kernel, which it creates when the name is free. The version waits
 * for its validation job; the publisher posts the whole deposit for its artifacts and the fee.
 */
export function publishVersion(
  ctx: Context,
  state: KernelState,
  msg: MsgPublishVersion,
): MsgPublishVersionResponse {
  const params = state.params(ctx);
  const manifest = Manifest.decodeCanonical(msg.manifest);
  validateManifest(manifest, params);
  requireAggregation(manifest, params);
  const publisher = parseAddress("account", msg.owner);
  const owned = state.findKernelByName(ctx, manifest.name);
  if (owned !== undefined) requireOwner(owned, publisher);
  const manifestHash = sha256(msg.manifest);
  const id = requireNewVersion(ctx, state, msg, { name: manifest.name, manifestHash });
  requireBase(ctx, state, manifest, msg.parents);
  const artifacts = requireArtifacts(ctx, state, manifest, params);
  const deposit = storageDeposit(params, totalBytes(artifacts));
  const { validationFee } = params;
  requireFunds(ctx, state, publisher, { deposit, validationFee, artifacts });

  for (const artifact of artifacts) addReference(ctx, state, artifact);
  takeIntoEscrow(ctx, state, publisher, deposit);
  takeIntoEscrow(ctx, state, publisher, validationFee);
  const kernel = countVersion(ctx, state, owned ?? newKernel(ctx, state, manifest.name, publisher));
  const version = Version.create({
    id,
    kernelId: kernel.id,
    number: kernel.versionCount,
    manifestHash,
    parents: msg.parents,
    status: VersionStatus.VALIDATING,
    publisher: formatAddress("account", publisher),
    deposit,
    publishedHeight: ctx.height,
    validationHeight: ctx.height,
    validationFee,
  });
  state.addVersion(ctx, version, msg.manifest);
  state.addWaiting(ctx, version);

  ctx.emit(versionPublished(kernel, version));
  const { number, status } = version;
  return { kernelId: kernel.id, versionId: id, number, status };
}

function requireAggregation({ aggregation, name }: Manifest, params: Params): void {
  if (aggregation.kind !== AggregationKind.CODE) return;
  if (!params.codeAggregationKernels.includes(name)) throw codeAggregationRefused({ kernel: name });
}

/** The id of the version, whose parents must exist and which must not. */
function requireNewVersion(
  ctx: Context,
  state: KernelState,
  { parents }: MsgPublishVersion,
  content: { readonly name: string; readonly manifestHash: Uint8Array },
): Uint8Array {
  const orphan = parents.find((parent) => !state.hasVersion(ctx, parent));
  if (orphan !== undefined) throw unknownParent({ version_id: toHex(orphan) });
  const id = computeVersionId(content.name, content.manifestHash, parents);
  if (state.hasVersion(ctx, id)) throw duplicateVersion({ version_id: toHex(id) });
  return id;
}

/** The artifacts that the manifest names, all complete and small enough together. */
function requireArtifacts(
  ctx: Context,
  state: KernelState,
  manifest: Manifest,
  { maxVersionBytes }: Params,
): readonly Artifact[] {
  const artifacts = manifestArtifacts(manifest).map((digest) => {
    const artifact = state.artifacts.find(ctx, digest);
    if (artifact === undefined) throw artifactMissing({ digest: toHex(digest) });
    return artifact;
  });
  const found = totalBytes(artifacts);
  if (found > maxVersionBytes) throw versionTooLarge({ found, maximum: maxVersionBytes });
  requireFilesFit(manifest, artifacts);
  return artifacts;
}

/**
 * What code cannot take into its memory would be carried by every node for nothing, and libraries
 * are small.
 */
function requireFilesFit(manifest: Manifest, artifacts: readonly Artifact[]): void {
  const sizes = new Map(artifacts.map(({ digest, size }) => [toHex(digest), size]));
  for (const { name, digest } of manifest.libraries) {
    const size = sizes.get(toHex(digest)) ?? 0n;
    if (size <= MAX_LIBRARY_BYTES) continue;
    throw filesTooLarge({ library: name, found: size, maximum: MAX_LIBRARY_BYTES });
  }
  // Under each of its names: that is how often code has it in memory.
  const found = namedFileDigests(manifest)
    .map((digest) => sizes.get(toHex(digest)) ?? 0n)
    .reduce((sum, size) => sum + size, 0n);
  const maximum = manifest.limits.memoryBytes;
  if (found > maximum) throw filesTooLarge({ found, maximum });
}

function totalBytes(artifacts: readonly Artifact[]): bigint {
  return artifacts.reduce((sum, { size }) => sum + size, 0n);
}

/** The publisher needs deposit and fee, less the deposits that the publication sets free for it. */
function requireFunds(
  ctx: Context,
  state: KernelState,
  publisher: Address,
  cost: {
    readonly deposit: Coin;
    readonly validationFee: Coin;
    readonly artifacts: readonly Artifact[];
  },
): void {
  const { denom } = cost.deposit;
  const freed = cost.artifacts
    .filter((artifact) => equalBytes(uploaderOf(artifact), publisher))
    .reduce((sum, artifact) => sum + amountOf(artifact.deposit), 0n);
  const spendable = state.needs.bank.spendable(ctx, publisher, denom);
  const available = spendable + freed;
  const required = amountOf(cost.deposit) + amountOf(cost.validationFee);
  if (available >= required) return;
  throw insufficientFunds({
    available: formatCoins([coin(denom, available)]),
    required: formatCoins([coin(denom, required)]),
  });
}

/** The first version that refers to an artifact takes over its deposit from the uploader. */
function addReference(ctx: Context, state: KernelState, artifact: Artifact): void {
  state.artifacts.addReference(ctx, { ...artifact, deposit: zeroOf(artifact.deposit) });
  payFromEscrow(ctx, state, uploaderOf(artifact), artifact.deposit);
}

function newKernel(ctx: Context, state: KernelState, name: string, publisher: Address): Kernel {
  const owner = formatAddress("account", publisher);
  return Kernel.create({ id: state.takeKernelId(ctx), name, owner, createdHeight: ctx.height });
}

function countVersion(ctx: Context, state: KernelState, kernel: Kernel): Kernel {
  const counted = { ...kernel, versionCount: kernel.versionCount + 1n };
  state.setKernel(ctx, counted);
  return counted;
}
