import type { TxResult } from "#core/baseapp/txResult.js";
import type { AbciApplication } from "./application.js";
import { txsWithin } from "./proposalBytes.js";

const EMPTY = new Uint8Array(0);

const SUCCESS: TxResult = {
  code: 0,
  codespace: "",
  log: "",
  data: EMPTY,
  gasWanted: 0n,
  gasUsed: 0n,
  events: [],
};

/**
 * An application without state: accepts everything, proposes what fits, answers with nothing. Spread
 * it to write down only the calls that matter.
 */
export const INERT_APPLICATION: AbciApplication = {
  info: () => ({
    data: "",
    version: "",
    appVersion: 0n,
    lastBlockHeight: 0n,
    lastBlockAppHash: EMPTY,
  }),
  initChain: () => ({ consensusParams: undefined, validators: [], appHash: EMPTY }),
  query: ({ height }) => ({
    code: 0,
    codespace: "",
    log: "",
    key: EMPTY,
    value: EMPTY,
    proofOps: [],
    height,
  }),
  checkTx: () => SUCCESS,
  prepareProposal: ({ txs, maxTxBytes }) => ({ txs: txsWithin(txs, maxTxBytes) }),
  processProposal: () => ({ status: "accept" }),
  extendVote: () => ({ extension: EMPTY }),
  verifyVoteExtension: () => ({ status: "accept" }),
  finalizeBlock: ({ txs }) => ({
    txResults: txs.map(() => SUCCESS),
    events: [],
    validatorUpdates: [],
    consensusParamUpdates: undefined,
    appHash: EMPTY,
  }),
  commit: () => ({ retainHeight: 0n }),
  listSnapshots: () => ({ snapshots: [] }),
  offerSnapshot: () => ({ result: "abort" }),
  loadSnapshotChunk: () => ({ chunk: EMPTY }),
  applySnapshotChunk: () => ({ result: "abort", refetchChunks: [], rejectSenders: [] }),
};
