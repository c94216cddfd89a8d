import {
  Batch,
  BatchKind,
  BatchStatus,
  Request,
  Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { unknownArtifact } from "#modules/kernel/types/registryErrors.js";
import { testInput, testManifest } from "../testKernel.js";
import type { CommittedWork, RequestWork } from "#node/scheduler/committedWork.js";

/** The validator whose batches these are. */
export const OWN_ADDRESS = new Uint8Array(20).fill(7);

/** Committed state that a test writes by hand: one kernel, batches of requests with one input. */
export class FakeWork implements CommittedWork {
  readonly chainId = "aivm-test-1";
  readonly batches = new Map<bigint, Batch>();
  readonly owed = new Set<bigint>();
  readonly artifacts = new Map<string, Uint8Array>();
  kernel: Manifest = testManifest({ name: "echo" });
  peak = 0n;
  inlineLimit = 16_384n;
  currentHeight = 10n;
  /** Inputs of each request; one unless a test sets more. */
  readonly inputCounts = new Map<bigint, number>();

  constructor() {
    for (const text of ["model", "code", "vector"]) {
      this.artifacts.set(toHex(sha256(utf8(text))), utf8(text));
    }
    this.kernel = {
      ...this.kernel,
      models: [Model.create({ name: "net", digest: sha256(utf8("model")) })],
      inferenceCodeDigest: sha256(utf8("code")),
      testVectors: [sha256(utf8("vector"))],
    };
  }

  /** Adds a batch with this many requests, for which the validator holds a waiting seat. */
  addBatch(id: bigint, requests: number, change: Partial<Batch> = {}): void {
    const batch = Batch.create({
      id,
      kind: BatchKind.COMMITTEE,
      versionId: sha256(utf8("version")),
      slotHeight: this.currentHeight,
      requestIds: Array.from({ length: requests }, (_, index) => id * 1_000n + BigInt(index)),
      seats: [Seat.create({ consensusAddress: OWN_ADDRESS, status: SeatStatus.WAITING })],
      status: BatchStatus.COMMITTING,
      ...change,
    });
    this.batches.set(id, batch);
    this.owed.add(id);
  }

  /** Closes a batch, as settlement does. */
  close(id: bigint): void {
    this.owed.delete(id);
    const batch = this.batches.get(id);
    if (batch !== undefined) this.batches.set(id, { ...batch, status: BatchStatus.CLOSED });
  }

  height(): bigint {
    return this.currentHeight;
  }

  owedBatchIds(): readonly bigint[] {
    return [...this.owed];
  }

  findBatch(id: bigint): Batch | undefined {
    return this.batches.get(id);
  }

  findRequest(id: bigint): RequestWork | undefined {
    const count = this.inputCounts.get(id) ?? 1;
    if (count === 0) return undefined;
    const slotBeacon = domainHash("test/beacon", uint64ToBytes(this.currentHeight));
    return {
      request: Request.create({ id, slotBeacon, inputCount: count }),
      inputs: Array.from({ length: count }, (_, index) => testInput(Number(id) * 10 + index)),
    };
  }

  manifest(): Manifest {
    return this.kernel;
  }

  peakTensorBytes(): bigint {
    return this.peak;
  }

  inlineOutputBytes(): bigint {
    return this.inlineLimit;
  }

  graceProposers(): number {
    return 3;
  }

  outputBlocks(): bigint {
    return 100n;
  }

  hasArtifact(digest: Uint8Array): boolean {
    return this.artifacts.has(toHex(digest));
  }

  artifactBytes(digest: Uint8Array): bigint {
    return BigInt(this.artifacts.get(toHex(digest))?.length ?? 0);
  }

  *artifactChunks(digest: Uint8Array): Iterable<Uint8Array> {
    const bytes = this.artifacts.get(toHex(digest));
    if (bytes === undefined) throw unknownArtifact({ digest: toHex(digest) });
    yield bytes.slice(0, 2);
    yield bytes.slice(2);
  }
}
