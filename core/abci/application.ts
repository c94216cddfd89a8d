import type { TxResult } from "#core/baseapp/txResult.js";
import type {
  ApplySnapshotChunkRequest,
  BlockRequest,
  CheckTxRequest,
  InfoRequest,
  InitChainRequest,
  LoadSnapshotChunkRequest,
  OfferSnapshotRequest,
  PrepareProposalRequest,
  QueryRequest,
  VerifyVoteExtensionRequest,
} from "./requests.js";
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
} from "./responses.js";

/** An answer that may come later: from a worker thread or from disk. */
export type Answer<T> = T | Promise<T>;

/**
 * A replicated state machine as CometBFT v0.38 drives it (ABCI 2.0), free of sockets and protobuf:
 * a server answers CometBFT with it, a test calls it directly.
 *
 * CometBFT makes these calls from four independent connections. Consensus calls come one after the
 * other; queries, transaction checks and snapshot calls come at any time between them and must see
 * committed state only. An error thrown by a consensus call means that this node cannot go on.
 */
export interface AbciApplication {
  /** Where the application stands, asked when a node starts. */
  info(request: InfoRequest): InfoResponse;

  /** Takes the genesis state; called while the last block height is 0. */
  initChain(request: InitChainRequest): InitChainResponse;

  /** Reads committed state. An error becomes a response with its code. */
  query(request: QueryRequest): Answer<QueryResponse>;

  /** Admits a transaction to the mempool. An error becomes a response with its code. */
  checkTx(request: CheckTxRequest): TxResult;

  /** Builds a proposal; only on the proposer, possibly several times a height. */
  prepareProposal(request: PrepareProposalRequest): PrepareProposalResponse;

  /** Judges a proposal without lasting effects; a function of the request and committed state. */
  processProposal(request: BlockRequest): Verdict;

  /** Extends the precommit for a block; possibly several times a height. */
  extendVote(request: BlockRequest): ExtendVoteResponse;

  /** Judges the extension of another validator; deterministic, and seldom a refusal. */
  verifyVoteExtension(request: VerifyVoteExtensionRequest): Verdict;

  /** Executes a decided block, which may never have been seen as a proposal. */
  finalizeBlock(request: BlockRequest): FinalizeBlockResponse;

  /** Persists the finalised block; durable when it returns. */
  commit(): CommitResponse;

  /** Snapshots this node can serve. An error becomes an empty list. */
  listSnapshots(): Answer<ListSnapshotsResponse>;

  /** Considers a snapshot to restore from. An error becomes `abort`. */
  offerSnapshot(request: OfferSnapshotRequest): Answer<OfferSnapshotResponse>;

  /** Reads a chunk for a peer. An error becomes an empty chunk. */
  loadSnapshotChunk(request: LoadSnapshotChunkRequest): Answer<LoadSnapshotChunkResponse>;

  /** Restores from a chunk. An error becomes `abort`. */
  applySnapshotChunk(request: ApplySnapshotChunkRequest): Answer<ApplySnapshotChunkResponse>;
}

/** Name of a call. */
export type AbciCall = keyof AbciApplication;

/** The request of each call; `commit` and `listSnapshots` have none. */
export type AbciRequests = {
  readonly [Call in AbciCall]: Parameters<AbciApplication[Call]>[0];
};

/** The response of each call. */
export type AbciResponses = {
  readonly [Call in AbciCall]: Awaited<ReturnType<AbciApplication[Call]>>;
};
