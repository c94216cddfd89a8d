import type { Wiring } from "#app/wiring.js";
import { Context } from "#core/baseapp/context.js";
import type { Batch, Request } from "#core/codec/generated/aivm/inference/v1.js";
import type { Artifact, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { concatBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import type { Store } from "#core/store/store.js";
import { findArtifact, readArtifact } from "#modules/kernel/index.js";

/** A request with its inputs, each a canonical `ValueSet`. */
export interface RequestWork {
  readonly request: Request;
  readonly inputs: readonly Uint8Array[];
}

/**
 * What the scheduler reads of the last committed state. Every call is synchronous and short, so it
 * fits between two blocks.
 */
export interface CommittedWork {
  readonly chainId: string;
  /** The last committed height; 0 before the first. */
  height(): bigint;
  /** Batches in which this validator holds a seat that counts, oldest first. */
  owedBatchIds(): readonly bigint[];
  findBatch(id: bigint): Batch | undefined;
  /** Undefined when it was never there or its inputs were pruned. */
  findRequest(id: bigint): RequestWork | undefined;
  /** Manifest of an existing version, not to be changed. */
  manifest(versionId: Uint8Array): Manifest;
  /** Bytes of tensors that an execution of the version takes at its peak; 0 before it was measured. */
  peakTensorBytes(versionId: Uint8Array): bigint;
  /** Larger outputs stay out of payloads. */
  inlineOutputBytes(): bigint;
  /** Blocks in which a seat may be silent before that is a fault. */
  graceProposers(): number;
  /** Blocks for which an output may be asked for after it was computed. */
  outputBlocks(): bigint;
  hasArtifact(digest: Uint8Array): boolean;
  /** Length of an artifact; 0 when it is not there. */
  artifactBytes(digest: Uint8Array): bigint;
  /** Chunks of an artifact; reading fails with `kernel/103` when it is not there. */
  artifactChunks(digest: Uint8Array): Iterable<Uint8Array>;
}

/** Reads the state of this node. */
export class StateWork implements CommittedWork {
  readonly chainId: string;
  readonly #store: Store;
  readonly #wiring: Wiring;
  readonly #consensusAddress: Uint8Array;

  constructor(parts: {
    readonly chainId: string;
    readonly store: Store;
    readonly wiring: Wiring;
    /** Of this validator. */
    readonly consensusAddress: Uint8Array;
  }) {
    this.chainId = parts.chainId;
    this.#store = parts.store;
    this.#wiring = parts.wiring;
    this.#consensusAddress = parts.consensusAddress;
  }

  height(): bigint {
    return this.#store.committed()?.version ?? 0n;
  }

  owedBatchIds(): readonly bigint[] {
    if (this.height() === 0n) return [];
    return this.#wiring.keepers.inference.owedBatchIds(this.#context(), this.#consensusAddress);
  }

  findBatch(id: bigint): Batch | undefined {
    return this.#wiring.keepers.inference.findBatch(this.#context(), id);
  }

  findRequest(id: bigint): RequestWork | undefined {
    const { inference } = this.#wiring.keepers;
    const ctx = this.#context();
    const request = inference.findRequest(ctx, id);
    const inputs = inference.findInputs(ctx, id)?.inputs;
    return request === undefined || inputs === undefined ? undefined : { request, inputs };
  }

  manifest(versionId: Uint8Array): Manifest {
    return this.#wiring.keepers.kernel.getManifest(this.#context(), versionId);
  }

  peakTensorBytes(versionId: Uint8Array): bigint {
    const version = this.#wiring.keepers.kernel.findVersion(this.#context(), versionId);
    return version?.peakTensorBytes ?? 0n;
  }

  inlineOutputBytes(): bigint {
    return this.#wiring.keepers.inference.params(this.#context()).inlineOutputBytes;
  }

  graceProposers(): number {
    return this.#wiring.keepers.inference.params(this.#context()).graceProposers;
  }

  outputBlocks(): bigint {
    const params = this.#wiring.keepers.inference.params(this.#context());
    return params.maxRequestBlocks + params.retentionBlocks;
  }

  hasArtifact(digest: Uint8Array): boolean {
    return this.#findArtifact(digest) !== undefined;
  }

  artifactBytes(digest: Uint8Array): bigint {
    return this.#findArtifact(digest)?.size ?? 0n;
  }

  artifactChunks(digest: Uint8Array): Iterable<Uint8Array> {
    const { kernel, kernelBlobs } = this.#wiring.stores;
    const ctx = this.#context();
    return readArtifact({ state: ctx.kv(kernel), blobs: ctx.kv(kernelBlobs) }, digest);
  }

  #findArtifact(digest: Uint8Array): Artifact | undefined {
    return findArtifact(this.#context().kv(this.#wiring.stores.kernel), digest);
  }

  #context(): Context {
    const header = {
      chainId: this.chainId,
      height: this.height(),
      timeNs: 0n,
      proposerAddress: new Uint8Array(0),
    };
    return new Context({ header, mode: "query", branch: this.#store.branch() });
  }
}

/**
 * Digest over what makes a batch the one it is: ids start again when a chain is reset, and finished
 * work must not be taken for another batch of the same id.
 */
export function batchIdentity(work: CommittedWork, batch: Batch): Uint8Array {
  const { kind, versionId, slotHeight, requestIds, workBeacon } = batch;
  const [first] = requestIds;
  const request = first === undefined ? undefined : work.findRequest(first)?.request;
  return domainHash(
    "aivm/node/batch/v1",
    uint64ToBytes(BigInt(kind)),
    versionId,
    uint64ToBytes(slotHeight),
    concatBytes(...requestIds.map(uint64ToBytes)),
    workBeacon,
    request?.slotBeacon ?? new Uint8Array(0),
  );
}
