import type { Event } from "#core/primitives/event.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import type { ConsensusParams, Snapshot } from "./requests.js";

/** Where the application stands; CometBFT replays what it lacks. */
export interface InfoResponse {
  /** Name of the application. */
  readonly data: string;
  /** Version of its software. */
  readonly version: string;
  /** Version of its protocol, as block headers carry it. */
  readonly appVersion: bigint;
  /** 0 before the first block. */
  readonly lastBlockHeight: bigint;
  /** App hash of that height; empty before the first block. */
  readonly lastBlockAppHash: Uint8Array;
}

/** What the genesis state changes in CometBFT's view of the genesis file. */
export interface InitChainResponse {
  /** Replaces the sections given. */
  readonly consensusParams: ConsensusParams | undefined;
  /** Replaces the validator set; empty keeps that of the genesis file. */
  readonly validators: readonly ValidatorUpdate[];
  /** The app hash that the header of the first block carries. */
  readonly appHash: Uint8Array;
}

/** One step of a Merkle proof. */
export interface ProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/** The answer to a query. */
export interface QueryResponse {
  /** 0 on success. */
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** From the leaf to the root; empty without a proof. */
  readonly proofOps: readonly ProofOp[];
  /** Height of the state that was read. */
  readonly height: bigint;
}

/** Transactions of the proposal, in order. */
export interface PrepareProposalResponse {
  readonly txs: readonly Uint8Array[];
}

/** Whether a proposal or a vote extension is acceptable. */
export interface Verdict {
  readonly status: "accept" | "reject";
}

/** Bytes that this validator's precommit carries; may be empty, at most 1 MiB. */
export interface ExtendVoteResponse {
  readonly extension: Uint8Array;
}

/** What executing a block gave; nothing of it is persisted before Commit. */
export interface FinalizeBlockResponse {
  /** One for each transaction, in order. */
  readonly txResults: readonly TxResult[];
  readonly events: readonly Event[];
  /** Changes of the validator set that act two heights later. */
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParamUpdates: ConsensusParams | undefined;
  readonly appHash: Uint8Array;
}

/** What CometBFT may forget. */
export interface CommitResponse {
  /** Blocks below this height may be pruned; 0 keeps all. */
  readonly retainHeight: bigint;
}

/** Snapshots that this node can serve. */
export interface ListSnapshotsResponse {
  readonly snapshots: readonly Snapshot[];
}

/** Whether a snapshot is taken; `abort` ends state sync. */
export interface OfferSnapshotResponse {
  readonly result: "accept" | "abort" | "reject" | "rejectFormat" | "rejectSender";
}

/** A chunk; empty when the node does not have it. */
export interface LoadSnapshotChunkResponse {
  readonly chunk: Uint8Array;
}

/** What became of a chunk; `abort` ends state sync. */
export interface ApplySnapshotChunkResponse {
  readonly result: "accept" | "abort" | "retry" | "retrySnapshot" | "rejectSnapshot";
  /** Chunks to fetch and apply again, whatever the result. */
  readonly refetchChunks: readonly number[];
  /** Peers to take nothing from any more. */
  readonly rejectSenders: readonly string[];
}
