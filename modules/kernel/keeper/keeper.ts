import type { Context } from "#core/baseapp/context.js";
import {
  AggregationKind,
  type Manifest,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { type Address, formatAddress, parseAddress } from "#core/crypto/address.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { concatBytes, equalBytes } from "#core/primitives/bytes.js";
import type { Coin } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";
import type {
  ExpectedKernelKeeper,
  RoyaltyPart,
  ShadowOutcome,
} from "#modules/inference/types/expectedKeepers.js";
import { type KernelDependencies, KernelState, type KernelStores } from "./kernelState.js";
import { ownerOf } from "./owner.js";
import { beginValidation, postponeValidation } from "./awaitValidation.js";
import { settleValidation, type ValidationOutcome } from "./settleValidation.js";
import { countShadow, findShadow, payShadow, skipShadow } from "./shadow/countShadow.js";
import { pendingOf } from "../types/shadow.js";

/** What other modules ask and tell of kernels; the state behind it is the module's own. */
export class KernelKeeper implements ExpectedKernelKeeper<Context> {
  readonly state: KernelState;

  constructor(stores: KernelStores, needs: KernelDependencies) {
    this.state = new KernelState(stores, needs);
  }

  /** The version that a request for a name runs; undefined when the kernel has none. */
  findHead(ctx: Context, name: string): Version | undefined {
    const kernel = this.state.findKernelByName(ctx, name);
    if (kernel === undefined || kernel.headVersionId.length === 0) return undefined;
    return this.state.getVersion(ctx, kernel.headVersionId);
  }

  findVersion(ctx: Context, versionId: Uint8Array): Version | undefined {
    return this.state.findVersion(ctx, versionId);
  }

  /** Manifest of an existing version, not to be changed. */
  getManifest(ctx: Context, versionId: Uint8Array): Manifest {
    return this.state.getManifest(ctx, versionId);
  }

  /** What the author of an existing version asks for one execution, in unes. */
  authorPrice(ctx: Context, versionId: Uint8Array): bigint {
    const { price } = this.state.getKernelOf(ctx, this.state.getVersion(ctx, versionId));
    const asked = price === "" ? this.getManifest(ctx, versionId).price : price;
    return assertDefined(parseUint(asked), "prices were validated");
  }

  /** Account of the owner of an existing version's kernel. */
  getOwner(ctx: Context, versionId: Uint8Array): Address {
    const version = this.state.getVersion(ctx, versionId);
    return ownerOf(this.state.getKernelOf(ctx, version));
  }

  /** Whether an account may run an existing version's kernel: its owner always may. */
  mayRun(ctx: Context, versionId: Uint8Array, account: Address): boolean {
    const kernel = this.state.getKernelOf(ctx, this.state.getVersion(ctx, versionId));
    const access = this.state.findAccess(ctx, kernel.id);
    if (access === undefined || equalBytes(ownerOf(kernel), account)) return true;
    return access.allowed.includes(formatAddress("account", account));
  }

  /** Who shares what the owner of an existing version's kernel gets, in the order of the shares. */
  royaltiesOf(ctx: Context, versionId: Uint8Array): readonly RoyaltyPart[] {
    const { kernelId } = this.state.getVersion(ctx, versionId);
    return this.state.royaltyShares(ctx, kernelId).map(({ address, kernel, bps }) => ({
      account: kernel === "" ? parseAddress("account", address) : this.#ownerOf(ctx, kernel),
      bps: BigInt(bps),
    }));
  }

  #ownerOf(ctx: Context, name: string): Address {
    const kernel = this.state.findKernelByName(ctx, name);
    return ownerOf(assertDefined(kernel, "a kernel that gets a royalty exists"));
  }

  /** Bytes of the models of an existing version, adapters included; 0 when they are gone. */
  modelBytes(ctx: Context, versionId: Uint8Array): bigint {
    const { models } = this.getManifest(ctx, versionId);
    const digests = models.flatMap(({ digest, adapterDigest }) => [digest, adapterDigest]);
    return digests
      .filter(({ length }) => length > 0)
      .map((digest) => this.state.artifacts.find(ctx, digest)?.size ?? 0n)
      .reduce((sum, size) => sum + size, 0n);
  }

  /** Bytes of the aggregation code of an existing version that aggregates by code. */
  aggregationCode(ctx: Context, versionId: Uint8Array): Uint8Array {
    const { aggregation } = this.getManifest(ctx, versionId);
    assert(aggregation.kind === AggregationKind.CODE, "the version aggregates by code");
    return concatBytes(...this.state.artifacts.read(ctx, aggregation.codeDigest));
  }

  /** The libraries of an existing version with their bytes, in the manifest's order. */
  libraries(
    ctx: Context,
    versionId: Uint8Array,
  ): ReadonlyArray<{ readonly name: string; readonly bytes: Uint8Array }> {
    return this.getManifest(ctx, versionId).libraries.map(({ name, digest }) => ({
      name,
      bytes: concatBytes(...this.state.artifacts.read(ctx, digest)),
    }));
  }

  /** Versions that wait for a validation job, in order, at most `limit`. */
  awaitingValidation(ctx: Context, limit: number): readonly Uint8Array[] {
    const ids: Uint8Array[] = [];
    for (const id of this.state.waiting(ctx)) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    return ids;
  }

  /** A validation job of the version has begun: it is counted, and the version no longer waits. */
  beginValidation(ctx: Context, versionId: Uint8Array): void {
    beginValidation(ctx, this.state, versionId);
  }

  /** The job that has begun came to nothing: the version waits for another after a height. */
  postponeValidation(ctx: Context, versionId: Uint8Array, height: bigint): void {
    postponeValidation(ctx, this.state, versionId, height);
  }

  /** Makes the version ACTIVE or REJECTED; `payees` share the validation fee. */
  settleValidation(ctx: Context, versionId: Uint8Array, outcome: ValidationOutcome): void {
    settleValidation(ctx, this.state, versionId, outcome);
  }

  /** The version that repeats what the head answers, if the version named is that head. */
  findShadow(ctx: Context, headVersionId: Uint8Array): Version | undefined {
    return findShadow(ctx, this.state, headVersionId);
  }

  /**
   * Pays a shadow request of a running run into a module's account; gives the address of who paid,
   * or undefined when the budget does not pay for it, which ends the run.
   */
  payShadow(
    ctx: Context,
    versionId: Uint8Array,
    given: { readonly price: Coin; readonly module: string },
  ): string | undefined {
    return payShadow(ctx, this.state, versionId, given);
  }

  /** An answer of the head is not repeated. */
  skipShadow(ctx: Context, versionId: Uint8Array): void {
    skipShadow(ctx, this.state, versionId);
  }

  /** A shadow request of the version has ended. */
  countShadow(ctx: Context, versionId: Uint8Array, outcome: ShadowOutcome): void {
    countShadow(ctx, this.state, versionId, outcome);
  }

  /** Versions with shadow requests that have not ended, and how many. */
  *pendingShadows(ctx: Context): IterableIterator<readonly [Uint8Array, number]> {
    for (const run of this.state.shadows.all(ctx)) {
      const pending = pendingOf(run);
      if (pending > 0) yield [run.versionId, pending];
    }
  }

  /** No request runs the version before the height `until`. */
  suspend(ctx: Context, versionId: Uint8Array, until: bigint): void {
    const version = this.state.getVersion(ctx, versionId);
    this.state.setVersion(ctx, { ...version, suspendedUntil: until });
  }
}
