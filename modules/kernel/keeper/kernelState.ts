import type { Context } from "#core/baseapp/context.js";
import {
  type Access,
  type Kernel,
  Manifest,
  type Params,
  type Royalty,
  type RoyaltyShare,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { GenerationCache } from "#core/store/generationCache.js";
import type { StoreKey } from "#core/store/storeKey.js";
import type { ExpectedBankKeeper, ExpectedRewardKeeper } from "../types/expectedKeepers.js";
import { ArtifactBook } from "./artifactBook.js";
import { TABLES, versionNumberKey } from "./collections.js";
import { ShadowBook } from "./shadow/shadowBook.js";

/** The keepers that the registry is bound to in `app`. */
export interface KernelDependencies {
  readonly bank: ExpectedBankKeeper<Context>;
  readonly reward: ExpectedRewardKeeper<Context>;
}

/** The module's stores: `state` is a tree store, `blobs` a blob store. */
export interface KernelStores {
  readonly state: StoreKey;
  readonly blobs: StoreKey;
}

/** Decoded manifests remembered per generation: every kernel in use on a busy chain. */
const CACHED_MANIFESTS = 256;

/** Kernels, versions, manifests and artifacts: collections and noun accessors, no message logic. */
export class KernelState {
  readonly storeKey: StoreKey;
  readonly needs: KernelDependencies;
  readonly artifacts: ArtifactBook;
  readonly shadows: ShadowBook;
  readonly tables = TABLES;
  readonly #manifests = new GenerationCache<string, Manifest>(CACHED_MANIFESTS);

  constructor(stores: KernelStores, needs: KernelDependencies) {
    assert(stores.blobs.kind === "blob", "the bytes of artifacts are in a blob store");
    this.storeKey = stores.state;
    this.needs = needs;
    this.artifacts = new ArtifactBook(stores.state, stores.blobs);
    this.shadows = new ShadowBook(stores.state);
  }

  params(ctx: Context): Params {
    return TABLES.params.get(ctx.kv(this.storeKey));
  }

  setParams(ctx: Context, params: Params): void {
    TABLES.params.set(ctx.kv(this.storeKey), params);
  }

  findKernel(ctx: Context, id: bigint): Kernel | undefined {
    return TABLES.kernels.find(ctx.kv(this.storeKey), id);
  }

  findKernelByName(ctx: Context, name: string): Kernel | undefined {
    const kv = ctx.kv(this.storeKey);
    const id = TABLES.kernelNames.find(kv, name);
    return id === undefined ? undefined : TABLES.kernels.get(kv, id);
  }

  /** The kernel that a version belongs to. */
  getKernelOf(ctx: Context, version: Version): Kernel {
    return assertDefined(this.findKernel(ctx, version.kernelId), "a version has a kernel");
  }

  setKernel(ctx: Context, kernel: Kernel): void {
    const kv = ctx.kv(this.storeKey);
    TABLES.kernels.set(kv, kernel.id, kernel);
    TABLES.kernelNames.set(kv, kernel.name, kernel.id);
  }

  /** The number that the next kernel gets. */
  nextKernelId(ctx: Context): bigint {
    return TABLES.nextKernelId.get(ctx.kv(this.storeKey));
  }

  setNextKernelId(ctx: Context, id: bigint): void {
    TABLES.nextKernelId.set(ctx.kv(this.storeKey), id);
  }

  takeKernelId(ctx: Context): bigint {
    const id = this.nextKernelId(ctx);
    this.setNextKernelId(ctx, id + 1n);
    return id;
  }

  findVersion(ctx: Context, id: Uint8Array): Version | undefined {
    return TABLES.versions.find(ctx.kv(this.storeKey), id);
  }

  getVersion(ctx: Context, id: Uint8Array): Version {
    return assertDefined(this.findVersion(ctx, id), "a referenced version exists");
  }

  hasVersion(ctx: Context, id: Uint8Array): boolean {
    return TABLES.versions.has(ctx.kv(this.storeKey), id);
  }

  setVersion(ctx: Context, version: Version): void {
    TABLES.versions.set(ctx.kv(this.storeKey), version.id, version);
  }

  /** Writes a version that is not there yet, with its manifest and its place in its kernel. */
  addVersion(ctx: Context, version: Version, manifest: Uint8Array): void {
    const kv = ctx.kv(this.storeKey);
    this.setVersion(ctx, version);
    TABLES.manifests.set(kv, version.id, manifest);
    TABLES.versionNumbers.set(kv, [version.kernelId, version.number], version.id);
  }

  /** Canonical bytes of an existing version's manifest. */
  manifestBytes(ctx: Context, versionId: Uint8Array): Uint8Array {
    return TABLES.manifests.get(ctx.kv(this.storeKey), versionId);
  }

  /**
   * Manifest of an existing version, not to be changed. Decoding is remembered, reading is not:
   * the gas of a transaction must not depend on what this node read before.
   */
  getManifest(ctx: Context, versionId: Uint8Array): Manifest {
    const bytes = this.manifestBytes(ctx, versionId);
    const name = toHex(versionId);
    const known = this.#manifests.get(name);
    if (known !== undefined) return known;
    const manifest = Manifest.decode(bytes);
    this.#manifests.set(name, manifest);
    return manifest;
  }

  /** Versions of a kernel, newest first. */
  *versionsOf(ctx: Context, kernelId: bigint): IterableIterator<Version> {
    const scope = { prefix: versionNumberKey.prefix(kernelId), order: "descending" } as const;
    for (const [, id] of TABLES.versionNumbers.iterate(ctx.kv(this.storeKey), scope)) {
      yield this.getVersion(ctx, id);
    }
  }

  /** Every version, by kernel and number. */
  *versions(ctx: Context): IterableIterator<Version> {
    for (const [, id] of TABLES.versionNumbers.iterate(ctx.kv(this.storeKey))) {
      yield this.getVersion(ctx, id);
    }
  }

  /** Part of the key of one kernel's versions, for paginated queries. */
  versionsPrefix(kernelId: bigint): Uint8Array {
    return versionNumberKey.prefix(kernelId);
  }

  /** Every kernel, by id. */
  *kernels(ctx: Context): IterableIterator<Kernel> {
    for (const [, kernel] of TABLES.kernels.iterate(ctx.kv(this.storeKey))) yield kernel;
  }

  /** Who may run a kernel; undefined when everybody may. */
  findAccess(ctx: Context, kernelId: bigint): Access | undefined {
    return TABLES.access.find(ctx.kv(this.storeKey), kernelId);
  }

  /** Restricts a kernel; without a list it is public. */
  setAccess(ctx: Context, kernelId: bigint, allowed: string[] | undefined): void {
    const kv = ctx.kv(this.storeKey);
    if (allowed === undefined) TABLES.access.delete(kv, kernelId);
    else TABLES.access.set(kv, kernelId, { kernelId, allowed });
  }

  /** Every access list, by kernel id. */
  *accessLists(ctx: Context): IterableIterator<Access> {
    for (const [, access] of TABLES.access.iterate(ctx.kv(this.storeKey))) yield access;
  }

  /** Shares of what a kernel's owner would get; none when the owner gets everything. */
  royaltyShares(ctx: Context, kernelId: bigint): readonly RoyaltyShare[] {
    return TABLES.royalties.find(ctx.kv(this.storeKey), kernelId)?.shares ?? [];
  }

  setRoyalty(ctx: Context, kernelId: bigint, shares: RoyaltyShare[]): void {
    const kv = ctx.kv(this.storeKey);
    if (shares.length === 0) TABLES.royalties.delete(kv, kernelId);
    else TABLES.royalties.set(kv, kernelId, { kernelId, shares });
  }

  /** Every division, by kernel id. */
  *royalties(ctx: Context): IterableIterator<Royalty> {
    for (const [, royalty] of TABLES.royalties.iterate(ctx.kv(this.storeKey))) yield royalty;
  }

  /** Ids of the versions that wait for a validation job, by `validation_height` and id. */
  *waiting(ctx: Context): IterableIterator<Uint8Array> {
    for (const [, id] of TABLES.waiting.iterate(ctx.kv(this.storeKey))) yield id;
  }

  isWaiting(ctx: Context, version: Version): boolean {
    return TABLES.waiting.has(ctx.kv(this.storeKey), [version.validationHeight, version.id]);
  }

  addWaiting(ctx: Context, version: Version): void {
    TABLES.waiting.add(ctx.kv(this.storeKey), [version.validationHeight, version.id]);
  }

  removeWaiting(ctx: Context, version: Version): void {
    TABLES.waiting.delete(ctx.kv(this.storeKey), [version.validationHeight, version.id]);
    TABLES.revokedWaiting.delete(ctx.kv(this.storeKey), version.id);
  }

  /** Notes that a version which was taken down waits on, until the next block begins. */
  addRevokedWaiting(ctx: Context, versionId: Uint8Array): void {
    TABLES.revokedWaiting.add(ctx.kv(this.storeKey), versionId);
  }

  isRevokedWaiting(ctx: Context, versionId: Uint8Array): boolean {
    return TABLES.revokedWaiting.has(ctx.kv(this.storeKey), versionId);
  }

  /** Ids of versions that were taken down and wait on, by id. */
  *revokedWaiting(ctx: Context): IterableIterator<Uint8Array> {
    yield* TABLES.revokedWaiting.iterate(ctx.kv(this.storeKey));
  }
}
