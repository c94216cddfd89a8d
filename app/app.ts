import type { AbciApplication, Answer } from "#core/abci/application.js";
import type {
  ApplySnapshotChunkRequest,
  BlockRequest,
  CheckTxRequest,
  InitChainRequest,
  LoadSnapshotChunkRequest,
  OfferSnapshotRequest,
  PrepareProposalRequest,
  QueryRequest,
  VerifyVoteExtensionRequest,
} from "#core/abci/requests.js";
import type {
  ApplySnapshotChunkResponse,
  CommitResponse,
  ExtendVoteResponse,
  FinalizeBlockResponse,
  InfoResponse,
  InitChainResponse,
  ListSnapshotsResponse,
  LoadSnapshotChunkResponse,
  OfferSnapshotResponse,
  PrepareProposalResponse,
  QueryResponse,
  Verdict,
} from "#core/abci/responses.js";
import { BlockRunner } from "#core/baseapp/blockRunner.js";
import type { BlockHeader } from "#core/baseapp/context.js";
import { guarded } from "#core/baseapp/guard.js";
import { failedTx, type TxResult } from "#core/baseapp/txResult.js";
import { sha256 } from "#core/crypto/hash.js";
import { ChainError } from "#core/primitives/errors.js";
import { txDecode } from "#core/primitives/sdkErrors.js";
import type { Store } from "#core/store/store.js";
import { applyInjected } from "#modules/inference/index.js";
import { isInjected } from "#modules/inference/types/injected.js";
import { APP_NAME, APP_VERSION, PROTOCOL_VERSION } from "./chain.js";
import { readGenesis } from "./genesis/readGenesis.js";
import { prepareProposal } from "./proposal/prepareProposal.js";
import { processProposal } from "./proposal/processProposal.js";
import { blockHeader, blockReport } from "./proposal/blockRequest.js";
import type { SnapshotHost } from "./snapshots/snapshotHost.js";
import { StateRestore } from "./snapshots/stateRestore.js";
import type { ValidatorCapabilities } from "./validator.js";
import { extendVote } from "./votes/extendVote.js";
import { verifyVoteExtension } from "./votes/verifyVoteExtension.js";
import type { Wiring } from "./wiring.js";

/** What an application is made of. */
export interface AppParts {
  readonly wiring: Wiring;
  readonly store: Store;
  readonly chainId: string;
  /** This node's keys and finished work; not consensus. */
  readonly validator: ValidatorCapabilities;
  /** Answers queries, usually in another thread. */
  readonly queries: (request: QueryRequest) => Answer<QueryResponse>;
  /** Told what went wrong in calls that answer all the same. */
  readonly onFault: (call: string, error: unknown) => void;
  /** Told of every commit, after it is durable. */
  readonly onCommit: (height: bigint) => void;
  /** What state sync needs; without it no snapshot is served and none restored. */
  readonly snapshots?: SnapshotHost;
}

const NO_GAS = { gasWanted: 0n, gasUsed: 0n } as const;

/** The AIVM chain as CometBFT drives it. Holds no rule of its own: it routes ABCI calls. */
export class App implements AbciApplication {
  readonly #parts: AppParts;
  readonly #runner: BlockRunner;
  readonly #restore: StateRestore | undefined;

  constructor(parts: AppParts) {
    this.#parts = parts;
    const { store, wiring, chainId, snapshots: host, onCommit } = parts;
    this.#runner = new BlockRunner({
      store,
      modules: wiring.modules,
      txRunner: wiring.txRunner,
      decode: wiring.decode,
      injected: {
        apply: (ctx, bytes, block) => {
          applyInjected(ctx, wiring.keepers.inference, { bytes, report: block.report });
        },
      },
    });
    const { modules } = wiring;
    this.#restore =
      host &&
      new StateRestore({ chainId, host, runner: this.#runner, modules, onRestored: onCommit });
  }

  info(): InfoResponse {
    const committed = this.#runner.committed();
    return {
      data: APP_NAME,
      version: APP_VERSION,
      appVersion: PROTOCOL_VERSION,
      lastBlockHeight: committed?.version ?? 0n,
      lastBlockAppHash: committed?.appHash ?? new Uint8Array(0),
    };
  }

  initChain(request: InitChainRequest): InitChainResponse {
    this.#restore?.discard();
    const genesis = readGenesis(request, this.#parts.chainId);
    const { validators } = this.#runner.initChain(genesis);
    return { consensusParams: undefined, validators, appHash: sha256() };
  }

  query(request: QueryRequest): Answer<QueryResponse> {
    return this.#parts.queries(request);
  }

  checkTx({ tx, kind }: CheckTxRequest): TxResult {
    if (isInjected(tx)) {
      return failedTx(txDecode({ problem: "only a proposer writes transaction 0" }), NO_GAS);
    }
    const decoded = this.#parts.wiring.decode(tx);
    if (decoded instanceof ChainError) {
      return failedTx(txDecode({ problem: decoded.message }), NO_GAS);
    }
    return this.#runner.check(decoded, this.#nextHeader(), kind === "new" ? "check" : "recheck");
  }

  prepareProposal(request: PrepareProposalRequest): PrepareProposalResponse {
    const ctx = this.#runner.committedContext(blockHeader(this.#parts.chainId, request));
    const { wiring, validator } = this.#parts;
    const maxGas = this.#runner.maxBlockGas();
    const parts = { wiring, validator, maxGas };
    const work = (): readonly Uint8Array[] => prepareProposal(ctx, parts, request);
    return { txs: guarded(work, [], this.#faultOf("PrepareProposal")) };
  }

  processProposal(request: BlockRequest): Verdict {
    const ctx = this.#runner.committedContext(blockHeader(this.#parts.chainId, request));
    const maxGas = this.#runner.maxBlockGas();
    const { wiring } = this.#parts;
    const work = (): boolean => processProposal(ctx, { wiring, maxGas }, request);
    const accepted = guarded(work, false, this.#faultOf("ProcessProposal"));
    return { status: accepted ? "accept" : "reject" };
  }

  extendVote(request: BlockRequest): ExtendVoteResponse {
    const ctx = this.#runner.committedContext(blockHeader(this.#parts.chainId, request));
    const { wiring, validator } = this.#parts;
    const work = (): Uint8Array => extendVote(ctx, { wiring, validator }, request);
    return { extension: guarded(work, new Uint8Array(0), this.#faultOf("ExtendVote")) };
  }

  verifyVoteExtension(request: VerifyVoteExtensionRequest): Verdict {
    const accepted = guarded(
      () => verifyVoteExtension(request.extension),
      false,
      this.#faultOf("VerifyVoteExtension"),
    );
    return { status: accepted ? "accept" : "reject" };
  }

  finalizeBlock(request: BlockRequest): FinalizeBlockResponse {
    // Blocks are executed by who does not restore: an offer that CometBFT dropped holds the database.
    this.#restore?.discard();
    const outcome = this.#runner.finalize({
      header: blockHeader(this.#parts.chainId, request),
      report: blockReport(request),
      txs: request.txs,
    });
    return {
      txResults: outcome.txResults,
      events: outcome.events,
      validatorUpdates: outcome.validatorUpdates,
      consensusParamUpdates: undefined,
      appHash: outcome.commitInfo.appHash,
    };
  }

  commit(): CommitResponse {
    const { version } = this.#runner.commit();
    this.#parts.onCommit(version);
    return { retainHeight: 0n };
  }

  listSnapshots(): ListSnapshotsResponse {
    return { snapshots: this.#parts.snapshots?.list() ?? [] };
  }

  offerSnapshot(request: OfferSnapshotRequest): OfferSnapshotResponse {
    return this.#restore?.offer(request) ?? { result: "abort" };
  }

  loadSnapshotChunk(request: LoadSnapshotChunkRequest): Answer<LoadSnapshotChunkResponse> {
    return this.#parts.snapshots?.loadChunk(request) ?? { chunk: new Uint8Array(0) };
  }

  /** A fault of this node ends state sync, as the ABCI server answers it, and leaves no state. */
  applySnapshotChunk(request: ApplySnapshotChunkRequest): ApplySnapshotChunkResponse {
    const abort = { result: "abort", refetchChunks: [], rejectSenders: [] } as const;
    const restore = this.#restore;
    if (restore === undefined) return abort;
    return guarded(
      () => restore.apply(request),
      abort,
      (error) => {
        restore.discard();
        this.#parts.onFault("ApplySnapshotChunk", error);
      },
    );
  }

  #nextHeader(): BlockHeader {
    const height = (this.#runner.committed()?.version ?? 0n) + 1n;
    return {
      chainId: this.#parts.chainId,
      height,
      timeNs: this.#runner.lastBlockTimeNs(),
      proposerAddress: new Uint8Array(0),
    };
  }

  #faultOf(call: string): (error: unknown) => void {
    return (error) => {
      this.#parts.onFault(call, error);
    };
  }
}
