import {
  type Response,
  ResponseApplySnapshotChunk_Result as ApplyResult,
  ResponseOfferSnapshot_Result as OfferResult,
  ResponseProcessProposal_ProposalStatus as ProposalStatus,
  ResponseVerifyVoteExtension_VerifyStatus as ExtensionStatus,
} from "#core/codec/generated/tendermint/abci.js";
import type { AbciCall, AbciResponses } from "../application.js";
import type {
  ApplySnapshotChunkResponse,
  OfferSnapshotResponse,
  QueryResponse,
  Verdict,
} from "../responses.js";
import { paramsFromWire, paramsToWire } from "./consensusParams.js";
import { eventFromWire, eventToWire, txResultFromWire, txResultToWire } from "./results.js";
import { updateFromWire, updateToWire } from "./validators.js";
import { WireEnum } from "./wireEnum.js";

/** The protobuf response of a call. */
export type WireResponse<Call extends AbciCall> = NonNullable<Response[Call]>;

/** How the response of a call is written and read. */
export interface ResponseTranslation<Call extends AbciCall> {
  readonly fromWire: (wire: WireResponse<Call>) => AbciResponses[Call];
  readonly toWire: (response: AbciResponses[Call]) => WireResponse<Call>;
}

const OFFER_RESULTS = new WireEnum<OfferResult, OfferSnapshotResponse["result"]>(
  "OfferSnapshot result",
  [
    [OfferResult.ACCEPT, "accept"],
    [OfferResult.ABORT, "abort"],
    [OfferResult.REJECT, "reject"],
    [OfferResult.REJECT_FORMAT, "rejectFormat"],
    [OfferResult.REJECT_SENDER, "rejectSender"],
  ],
);

const APPLY_RESULTS = new WireEnum<ApplyResult, ApplySnapshotChunkResponse["result"]>(
  "ApplySnapshotChunk result",
  [
    [ApplyResult.ACCEPT, "accept"],
    [ApplyResult.ABORT, "abort"],
    [ApplyResult.RETRY, "retry"],
    [ApplyResult.RETRY_SNAPSHOT, "retrySnapshot"],
    [ApplyResult.REJECT_SNAPSHOT, "rejectSnapshot"],
  ],
);

const PROPOSAL_STATUSES = new WireEnum<ProposalStatus, Verdict["status"]>("proposal status", [
  [ProposalStatus.ACCEPT, "accept"],
  [ProposalStatus.REJECT, "reject"],
]);

const EXTENSION_STATUSES = new WireEnum<ExtensionStatus, Verdict["status"]>("extension status", [
  [ExtensionStatus.ACCEPT, "accept"],
  [ExtensionStatus.REJECT, "reject"],
]);

/** Translations of all responses. `fromWire` fails with an `AbciProtocolError`. */
export const RESPONSES: { readonly [Call in AbciCall]: ResponseTranslation<Call> } = {
  info: { fromWire: (wire) => wire, toWire: (response) => ({ ...response }) },
  initChain: {
    fromWire: (wire) => ({
      consensusParams: wire.consensusParams && paramsFromWire(wire.consensusParams),
      validators: wire.validators.map(updateFromWire),
      appHash: wire.appHash,
    }),
    toWire: ({ consensusParams, validators, appHash }) => ({
      consensusParams: consensusParams && paramsToWire(consensusParams),
      validators: validators.map(updateToWire),
      appHash,
    }),
  },
  query: { fromWire: queryFromWire, toWire: queryToWire },
  checkTx: { fromWire: txResultFromWire, toWire: txResultToWire },
  prepareProposal: {
    fromWire: (wire) => wire,
    toWire: (response) => ({ txs: [...response.txs] }),
  },
  processProposal: {
    fromWire: (wire) => ({ status: PROPOSAL_STATUSES.name(wire.status) }),
    toWire: (verdict) => ({ status: PROPOSAL_STATUSES.value(verdict.status) }),
  },
  extendVote: {
    fromWire: (wire) => ({ extension: wire.voteExtension }),
    toWire: (response) => ({ voteExtension: response.extension }),
  },
  verifyVoteExtension: {
    fromWire: (wire) => ({ status: EXTENSION_STATUSES.name(wire.status) }),
    toWire: (verdict) => ({ status: EXTENSION_STATUSES.value(verdict.status) }),
  },
  finalizeBlock: {
    fromWire: (wire) => ({
      txResults: wire.txResults.map(txResultFromWire),
      events: wire.events.map(eventFromWire),
      validatorUpdates: wire.validatorUpdates.map(updateFromWire),
      consensusParamUpdates:
        wire.consensusParamUpdates && paramsFromWire(wire.consensusParamUpdates),
      appHash: wire.appHash,
    }),
    toWire: ({ consensusParamUpdates, ...response }) => ({
      txResults: response.txResults.map(txResultToWire),
      events: response.events.map(eventToWire),
      validatorUpdates: response.validatorUpdates.map(updateToWire),
      consensusParamUpdates: consensusParamUpdates && paramsToWire(consensusParamUpdates),
      appHash: response.appHash,
    }),
  },
  commit: { fromWire: (wire) => wire, toWire: (response) => ({ ...response }) },
  listSnapshots: {
    fromWire: (wire) => wire,
    toWire: ({ snapshots }) => ({ snapshots: [...snapshots] }),
  },
  offerSnapshot: {
    fromWire: (wire) => ({ result: OFFER_RESULTS.name(wire.result) }),
    toWire: (response) => ({ result: OFFER_RESULTS.value(response.result) }),
  },
  loadSnapshotChunk: { fromWire: (wire) => wire, toWire: (response) => ({ ...response }) },
  applySnapshotChunk: {
    fromWire: (wire) => ({ ...wire, result: APPLY_RESULTS.name(wire.result) }),
    toWire: (response) => ({
      result: APPLY_RESULTS.value(response.result),
      refetchChunks: [...response.refetchChunks],
      rejectSenders: [...response.rejectSenders],
    }),
  },
};

function queryFromWire(wire: WireResponse<"query">): QueryResponse {
  const { code, codespace, log, key, value, height } = wire;
  return { code, codespace, log, key, value, height, proofOps: wire.proofOps?.ops ?? [] };
}

function queryToWire({ proofOps, ...response }: QueryResponse): WireResponse<"query"> {
  return {
    ...response,
    info: "",
    index: 0n,
    proofOps: proofOps.length > 0 ? { ops: [...proofOps] } : undefined,
  };
}
