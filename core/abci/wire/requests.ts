import {
  CheckTxType,
  type RequestFinalizeBlock,
  type RequestProcessProposal,
  type Request,
} from "#core/codec/generated/tendermint/abci.js";
import type { AbciCall, AbciRequests } from "../application.js";
import { AbciProtocolError } from "../errors.js";
import type { BlockRequest, CheckTxRequest, Snapshot } from "../requests.js";
import { paramsFromWire, paramsToWire } from "./consensusParams.js";
import { timeFromWire, timeToWire } from "./time.js";
import {
  commitFromWire,
  commitToWire,
  extendedCommitFromWire,
  extendedCommitToWire,
  misbehaviorFromWire,
  misbehaviorToWire,
  updateFromWire,
  updateToWire,
} from "./validators.js";
import { WireEnum } from "./wireEnum.js";

/** The protobuf request of a call. */
export type WireRequest<Call extends AbciCall> = NonNullable<Request[Call]>;

/** How the request of a call is written and read. */
export interface RequestTranslation<Call extends AbciCall> {
  readonly fromWire: (wire: WireRequest<Call>) => AbciRequests[Call];
  readonly toWire: (request: AbciRequests[Call]) => WireRequest<Call>;
}

const CHECK_KINDS = new WireEnum<CheckTxType, CheckTxRequest["kind"]>("CheckTx type", [
  [CheckTxType.NEW, "new"],
  [CheckTxType.RECHECK, "recheck"],
]);

/** Translations of all requests. `fromWire` fails with an {@link AbciProtocolError}. */
export const REQUESTS: { readonly [Call in AbciCall]: RequestTranslation<Call> } = {
  info: { fromWire: (wire) => wire, toWire: (request) => ({ ...request }) },
  initChain: {
    fromWire: (wire) => ({
      chainId: wire.chainId,
      timeNs: timeFromWire(wire.time),
      initialHeight: wire.initialHeight,
      consensusParams: paramsFromWire(wire.consensusParams),
      validators: wire.validators.map(updateFromWire),
      appState: wire.appStateBytes,
    }),
    toWire: (request) => ({
      chainId: request.chainId,
      time: timeToWire(request.timeNs),
      initialHeight: request.initialHeight,
      consensusParams: paramsToWire(request.consensusParams),
      validators: request.validators.map(updateToWire),
      appStateBytes: request.appState,
    }),
  },
  query: { fromWire: (wire) => wire, toWire: (request) => ({ ...request }) },
  checkTx: {
    fromWire: (wire) => ({ tx: wire.tx, kind: CHECK_KINDS.name(wire.type) }),
    toWire: (request) => ({ tx: request.tx, type: CHECK_KINDS.value(request.kind) }),
  },
  prepareProposal: {
    fromWire: (wire) => ({
      maxTxBytes: wire.maxTxBytes,
      txs: wire.txs,
      lastCommit: extendedCommitFromWire(wire.localLastCommit),
      misbehavior: wire.misbehavior.map(misbehaviorFromWire),
      height: wire.height,
      timeNs: timeFromWire(wire.time),
      nextValidatorsHash: wire.nextValidatorsHash,
      proposerAddress: wire.proposerAddress,
    }),
    toWire: (request) => ({
      maxTxBytes: request.maxTxBytes,
      txs: [...request.txs],
      localLastCommit: extendedCommitToWire(request.lastCommit),
      misbehavior: request.misbehavior.map(misbehaviorToWire),
      height: request.height,
      time: timeToWire(request.timeNs),
      nextValidatorsHash: request.nextValidatorsHash,
      proposerAddress: request.proposerAddress,
    }),
  },
  processProposal: { fromWire: proposedFromWire, toWire: proposedToWire },
  extendVote: { fromWire: proposedFromWire, toWire: proposedToWire },
  verifyVoteExtension: {
    fromWire: ({ voteExtension: extension, ...wire }) => ({ ...wire, extension }),
    toWire: ({ extension: voteExtension, ...request }) => ({ ...request, voteExtension }),
  },
  finalizeBlock: {
    fromWire: (wire) => blockFromWire(wire, wire.decidedLastCommit),
    toWire: (request) => ({
      ...blockToWire(request),
      decidedLastCommit: commitToWire(request.lastCommit),
    }),
  },
  commit: { fromWire: () => undefined, toWire: () => ({}) },
  listSnapshots: { fromWire: () => undefined, toWire: () => ({}) },
  offerSnapshot: {
    fromWire: (wire) => ({ snapshot: offered(wire.snapshot), appHash: wire.appHash }),
    toWire: (request) => ({ snapshot: { ...request.snapshot }, appHash: request.appHash }),
  },
  loadSnapshotChunk: { fromWire: (wire) => wire, toWire: (request) => ({ ...request }) },
  applySnapshotChunk: { fromWire: (wire) => wire, toWire: (request) => ({ ...request }) },
};

function offered(snapshot: Snapshot | undefined): Snapshot {
  if (snapshot === undefined) throw new AbciProtocolError("the snapshot offered is missing");
  return snapshot;
}

type WireBlock = Omit<RequestFinalizeBlock, "decidedLastCommit">;

function proposedFromWire(wire: RequestProcessProposal): BlockRequest {
  return blockFromWire(wire, wire.proposedLastCommit);
}

function proposedToWire(request: BlockRequest): RequestProcessProposal {
  return { ...blockToWire(request), proposedLastCommit: commitToWire(request.lastCommit) };
}

function blockFromWire(
  wire: WireBlock,
  lastCommit: RequestFinalizeBlock["decidedLastCommit"],
): BlockRequest {
  return {
    hash: wire.hash,
    height: wire.height,
    timeNs: timeFromWire(wire.time),
    txs: wire.txs,
    lastCommit: commitFromWire(lastCommit),
    misbehavior: wire.misbehavior.map(misbehaviorFromWire),
    nextValidatorsHash: wire.nextValidatorsHash,
    proposerAddress: wire.proposerAddress,
  };
}

function blockToWire(request: BlockRequest): WireBlock {
  return {
    hash: request.hash,
    height: request.height,
    time: timeToWire(request.timeNs),
    txs: [...request.txs],
    misbehavior: request.misbehavior.map(misbehaviorToWire),
    nextValidatorsHash: request.nextValidatorsHash,
    proposerAddress: request.proposerAddress,
  };
}
