import type { CommitVote, Misbehavior } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";

/** Limits that the validators agree on; a section that is left out is not set or not changed. */
export interface ConsensusParams {
  readonly block?: {
    /** Bytes of a block; -1 for the limit that CometBFT itself has. */
    readonly maxBytes: bigint;
    /** Gas of a block; -1 for no limit. */
    readonly maxGas: bigint;
  };
  readonly evidence?: {
    readonly maxAgeBlocks: bigint;
    readonly maxAgeNs: bigint;
    readonly maxBytes: bigint;
  };
  readonly validator?: {
    /** Key types that validators may have, for example `ed25519`. */
    readonly pubKeyTypes: readonly string[];
  };
  readonly version?: { readonly app: bigint };
  readonly abci?: {
    /** First height whose precommits carry extensions; 0 for never. */
    readonly voteExtensionsEnableHeight: bigint;
  };
}

/** The votes that decided the previous block, in validator-set order. */
export interface LastCommit {
  readonly round: number;
  readonly votes: readonly CommitVote[];
}

/** A vote of the previous height together with its extension. */
export interface ExtendedVote extends CommitVote {
  /** Empty unless the flag is `commit` and extensions were enabled at that height. */
  readonly extension: Uint8Array;
  /** ed25519 signature over the canonical vote extension, 64 bytes; empty like the extension. */
  readonly extensionSignature: Uint8Array;
}

/** The votes that decided the previous block as the proposer holds them. */
export interface ExtendedLastCommit {
  readonly round: number;
  readonly votes: readonly ExtendedVote[];
}

/** Opens the handshake of a node that starts. */
export interface InfoRequest {
  /** Version of CometBFT. */
  readonly version: string;
  readonly blockVersion: bigint;
  readonly p2pVersion: bigint;
  readonly abciVersion: string;
}

/** The genesis file, once, before the first block. */
export interface InitChainRequest {
  readonly chainId: string;
  readonly timeNs: bigint;
  readonly initialHeight: bigint;
  readonly consensusParams: ConsensusParams;
  readonly validators: readonly ValidatorUpdate[];
  /** JSON text of `app_state`. */
  readonly appState: Uint8Array;
}

/** A read of committed state. */
export interface QueryRequest {
  /** A gRPC method such as `/cosmos.bank.v1beta1.Query/Balance`, or a store path. */
  readonly path: string;
  readonly data: Uint8Array;
  /** 0 for the latest height. */
  readonly height: bigint;
  /** Whether a proof against the app hash is wanted. */
  readonly prove: boolean;
}

/** A transaction that wants into the mempool, or that is in it after a block. */
export interface CheckTxRequest {
  readonly tx: Uint8Array;
  readonly kind: "new" | "recheck";
}

/** What the proposer may build its block from. */
export interface PrepareProposalRequest {
  /** Bound on the sum of {@link proposalBytes} over the transactions returned. */
  readonly maxTxBytes: bigint;
  /** Transactions from the mempool, in its order. */
  readonly txs: readonly Uint8Array[];
  readonly lastCommit: ExtendedLastCommit;
  readonly misbehavior: readonly Misbehavior[];
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly nextValidatorsHash: Uint8Array;
  /** Consensus address of this validator, 20 bytes. */
  readonly proposerAddress: Uint8Array;
}

/** A block that was proposed or decided: the request of three calls. */
export interface BlockRequest {
  /** Hash of the block header, 32 bytes. */
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly txs: readonly Uint8Array[];
  readonly lastCommit: LastCommit;
  readonly misbehavior: readonly Misbehavior[];
  readonly nextValidatorsHash: Uint8Array;
  /** Consensus address of the validator that proposed the block, 20 bytes. */
  readonly proposerAddress: Uint8Array;
}

/** An extension that came with another validator's precommit. */
export interface VerifyVoteExtensionRequest {
  readonly hash: Uint8Array;
  readonly height: bigint;
  /** Consensus address of the validator that signed the extension, 20 bytes. */
  readonly validatorAddress: Uint8Array;
  readonly extension: Uint8Array;
}

/** A state snapshot that nodes offer each other. */
export interface Snapshot {
  readonly height: bigint;
  /** Application-specific format number, below 2^32. */
  readonly format: number;
  /** Number of chunks. */
  readonly chunks: number;
  /** Application-specific hash; equal snapshots have equal hashes. */
  readonly hash: Uint8Array;
  readonly metadata: Uint8Array;
}

/** A snapshot that a peer offers to a node that starts empty. */
export interface OfferSnapshotRequest {
  readonly snapshot: Snapshot;
  /** App hash at the snapshot's height, verified by the light client. */
  readonly appHash: Uint8Array;
}

/** Names a chunk of a snapshot that this node offers. */
export interface LoadSnapshotChunkRequest {
  readonly height: bigint;
  readonly format: number;
  /** From 0. */
  readonly chunk: number;
}

/** A chunk of the snapshot that was accepted. */
export interface ApplySnapshotChunkRequest {
  /** From 0. */
  readonly index: number;
  readonly chunk: Uint8Array;
  /** Id of the peer that sent the chunk. */
  readonly sender: string;
}
