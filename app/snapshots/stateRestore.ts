import type {
  ApplySnapshotChunkRequest,
  OfferSnapshotRequest,
  Snapshot,
} from "#core/abci/requests.js";
import type { ApplySnapshotChunkResponse, OfferSnapshotResponse } from "#core/abci/responses.js";
import type { BlockRunner } from "#core/baseapp/blockRunner.js";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import { snapshotContext } from "#core/baseapp/snapshotContext.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import type { StoreRestore } from "#core/store/snapshot/restore.js";
import { chunkDigests, isChunkOf, SNAPSHOT_FORMAT } from "#core/store/snapshot/snapshotFormat.js";
import type { StoreSnapshot } from "#core/store/store.js";
import type { SnapshotHost } from "./snapshotHost.js";

/** What a restore works with. */
export interface StateRestoreParts {
  readonly chainId: string;
  readonly host: SnapshotHost;
  readonly runner: BlockRunner;
  readonly modules: ModuleManager;
  /** Told when the state of a height was restored, as of a commit. */
  readonly onRestored: (height: bigint) => void;
}

/** A snapshot that was accepted and is arriving. */
interface Session {
  readonly snapshot: Snapshot;
  readonly digests: readonly Uint8Array[];
  readonly restore: StoreRestore;
  /** Chunks that were applied. */
  applied: number;
}

const ABORT: ApplySnapshotChunkResponse = {
  result: "abort",
  refetchChunks: [],
  rejectSenders: [],
};
const ACCEPT: ApplySnapshotChunkResponse = { ...ABORT, result: "accept" };

/**
 * Restores the state of a new node from a snapshot of its peers. Until the last chunk is applied and
 * everything is checked the state stays empty; whatever goes wrong before leaves it empty.
 */
export class StateRestore {
  readonly #parts: StateRestoreParts;
  #session: Session | undefined;

  constructor(parts: StateRestoreParts) {
    this.#parts = parts;
  }

  /** Considers a snapshot; one that was accepted before is given up. */
  offer({ snapshot, appHash }: OfferSnapshotRequest): OfferSnapshotResponse {
    this.discard();
    const { host } = this.#parts;
    const { height, format } = snapshot;
    if (format !== SNAPSHOT_FORMAT) {
      return this.#refuse(
        height,
        `its format is ${format}, not ${SNAPSHOT_FORMAT}`,
        "rejectFormat",
      );
    }
    const digests = attempt(() => chunkDigests(snapshot));
    // Peers are told apart by what they describe: whoever offers this made it up.
    if (digests instanceof ChainError) return this.#refuse(height, digests.message, "rejectSender");
    const restore = attempt(() => host.openRestore({ version: height, appHash }));
    // No other snapshot fits either: the state is not empty, or belongs to another chain.
    if (restore instanceof ChainError) return this.#refuse(height, restore.message, "abort");
    this.#session = { snapshot, digests, restore, applied: 0 };
    host.note({ kind: "begun", height, chunks: digests.length });
    return { result: "accept" };
  }

  /** Applies the next chunk of the snapshot that was accepted. An error means to abort. */
  apply({ index, chunk, sender }: ApplySnapshotChunkRequest): ApplySnapshotChunkResponse {
    const session = this.#session;
    if (session === undefined) return ABORT;
    const { snapshot, digests, restore } = session;
    const { height } = snapshot;
    const digest = digests[index];
    if (index !== session.applied || digest === undefined) {
      this.#refuse(height, `chunk ${index} came in place of chunk ${session.applied}`, "abort");
      this.discard();
      return ABORT;
    }
    const senders = sender === "" ? [] : [sender];
    if (!isChunkOf(digest, chunk)) {
      this.#parts.host.note({ kind: "damagedChunk", height, index, sender });
      return { result: "retry", refetchChunks: [index], rejectSenders: senders };
    }
    const pushed = attempt(() => {
      restore.push(chunk);
    });
    if (pushed instanceof ChainError) return this.#rejectSnapshot(pushed.message, senders);
    session.applied++;
    return session.applied < digests.length ? ACCEPT : this.#complete(session, senders);
  }

  /** Gives up what was not restored completely. */
  discard(): void {
    this.#session?.restore.discard();
    this.#session = undefined;
  }

  #complete(
    { restore, snapshot }: Session,
    senders: readonly string[],
  ): ApplySnapshotChunkResponse {
    const state = attempt(() => restore.finish());
    if (state instanceof ChainError) return this.#rejectSnapshot(state.message, senders);
    // A program of another version is not the sender's fault.
    const mismatch = attempt(() => {
      this.#parts.runner.requireKnownVersions(state.kv(CHAIN_STORE));
    });
    if (mismatch instanceof ChainError) return this.#rejectSnapshot(mismatch.message, []);
    const flaw = this.#findBlobFlaw(state);
    if (flaw !== undefined) return this.#rejectSnapshot(flaw, senders);
    restore.commit();
    this.#session = undefined;
    this.#parts.runner.takeUpRestored();
    this.#parts.host.note({ kind: "restored", height: snapshot.height });
    this.#parts.onRestored(snapshot.height);
    return ACCEPT;
  }

  #findBlobFlaw(state: StoreSnapshot): string | undefined {
    const { chainId, modules } = this.#parts;
    const timeNs = chainState.blockTime(state.kv(CHAIN_STORE));
    const header = { chainId, height: state.version, timeNs, proposerAddress: new Uint8Array(0) };
    return modules.findBlobFlaw(snapshotContext(state, header));
  }

  #rejectSnapshot(problem: string, rejectSenders: readonly string[]): ApplySnapshotChunkResponse {
    const height = this.#session?.snapshot.height ?? 0n;
    this.#parts.host.note({ kind: "refused", height, problem });
    this.discard();
    return { result: "rejectSnapshot", refetchChunks: [], rejectSenders };
  }

  #refuse(
    height: bigint,
    problem: string,
    result: OfferSnapshotResponse["result"],
  ): OfferSnapshotResponse {
    this.#parts.host.note({ kind: "refused", height, problem });
    return { result };
  }
}
