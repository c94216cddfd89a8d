import {
  Manifest,
  type ShadowRun,
  ShadowStatus,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { coin } from "#core/primitives/coin.js";
import { publishVersion } from "#modules/kernel/keeper/publishVersion.js";
import { setHead } from "#modules/kernel/keeper/setHead.js";
import { startShadow } from "#modules/kernel/keeper/shadow/startShadow.js";
import { DENOM, type FixtureOptions, InferenceFixture } from "./inferenceFixture.js";
import { testManifest } from "./testKernel.js";

/** The scripted network with a kernel of which a second version is ACTIVE beside the head. */
export class ShadowChain extends InferenceFixture {
  /** Ids of the head and of the version that may run beside it. */
  readonly head: Uint8Array;
  readonly next: Uint8Array;

  constructor(options: FixtureOptions & { readonly changes?: Partial<Manifest> } = {}) {
    super(options);
    this.head = this.kernel.findHead(this.ctx, "echo")!.id;
    const manifest = { ...this.kernel.getManifest(this.ctx, this.head), ...options.changes };
    this.next = this.publish({ ...manifest, description: "the next" });
    this.runUntil(() => this.statusOf(this.next) === VersionStatus.ACTIVE);
    this.moveHead(this.head);
  }

  /** Publishes a version, which waits for its validation job. */
  publish(manifest: Manifest = testManifest({ name: "echo" })): Uint8Array {
    const message = { owner: this.user.text, manifest: Manifest.encode(manifest), parents: [] };
    return publishVersion(this.ctx, this.kernel.state, message).versionId;
  }

  moveHead(versionId: Uint8Array): void {
    setHead(this.ctx, this.kernel.state, { owner: this.user.text, versionId });
  }

  /** Lets a version, the next unless said otherwise, run beside the head. */
  start({ requests = 10, budget = 100_000n, versionId = this.next } = {}): void {
    startShadow(this.ctx, this.kernel.state, {
      owner: this.user.text,
      versionId,
      requests,
      budget: coin(DENOM, budget),
    });
  }

  /** The report of the next version. */
  get shadowRun(): ShadowRun {
    const version = this.kernel.findVersion(this.ctx, this.next)!;
    return this.kernel.state.shadows.find(this.ctx, version)!;
  }

  get hasEnded(): boolean {
    return this.shadowRun.status === ShadowStatus.ENDED;
  }

  statusOf(versionId: Uint8Array): VersionStatus {
    return this.kernel.findVersion(this.ctx, versionId)!.status;
  }

  /** Ids of the shadow requests, oldest first. */
  shadowIds(): bigint[] {
    const all = [...this.keeper.tables.requests.iterate(this.ctx.kv(this.keys.inference))];
    return all.filter(([, { shadow }]) => shadow !== undefined).map(([id]) => id);
  }
}
