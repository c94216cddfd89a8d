import fc from "fast-check";
import type { CommitVote, Misbehavior } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import type { AbciCall, AbciRequests, AbciResponses } from "../application.js";
import type { BlockRequest, ConsensusParams, ExtendedVote, Snapshot } from "../requests.js";

/** A record with the prototype that object literals have. */
function record<T>(fields: { readonly [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true });
}

const bytes = fc.uint8Array({ maxLength: 200 });
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const uint32 = fc.nat({ max: 0xffff_ffff });
const round = fc.nat({ max: 0x7fff_ffff });
const txs = fc.array(bytes, { maxLength: 5 });

/** Years 1 to 9999, in nanoseconds. */
const timeNs = fc.bigInt({
  min: -62_135_596_800_000_000_000n,
  max: 253_402_300_799_999_999_999n,
});

const vote: fc.Arbitrary<CommitVote> = record({
  consensusAddress: bytes,
  power: int64,
  flag: fc.constantFrom("commit", "absent", "nil"),
});

const extendedVote: fc.Arbitrary<ExtendedVote> = fc
  .tuple(vote, record({ extension: bytes, extensionSignature: bytes }))
  .map(([plain, extension]) => ({ ...plain, ...extension }));

const misbehavior: fc.Arbitrary<Misbehavior> = record({
  kind: fc.constantFrom("duplicateVote", "lightClientAttack"),
  consensusAddress: bytes,
  power: int64,
  height: int64,
  timeNs,
});

const update: fc.Arbitrary<ValidatorUpdate> = record({
  publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  power: int64,
});

const params: fc.Arbitrary<ConsensusParams> = fc.record(
  {
    block: record({ maxBytes: int64, maxGas: int64 }),
    evidence: record({ maxAgeBlocks: int64, maxAgeNs: timeNs, maxBytes: int64 }),
    validator: record({ pubKeyTypes: fc.array(text, { maxLength: 3 }) }),
    version: record({ app: uint64 }),
    abci: record({ voteExtensionsEnableHeight: int64 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const block: fc.Arbitrary<BlockRequest> = record({
  hash: bytes,
  height: int64,
  timeNs,
  txs,
  lastCommit: record({ round, votes: fc.array(vote, { maxLength: 4 }) }),
  misbehavior: fc.array(misbehavior, { maxLength: 2 }),
  nextValidatorsHash: bytes,
  proposerAddress: bytes,
});

const event = record({
  type: text,
  attributes: fc.array(record({ key: text, value: text }), { maxLength: 3 }),
});

const txResult: fc.Arbitrary<TxResult> = record({
  code: uint32,
  codespace: text,
  log: text,
  data: bytes,
  gasWanted: int64,
  gasUsed: int64,
  events: fc.array(event, { maxLength: 3 }),
});

const snapshot: fc.Arbitrary<Snapshot> = record({
  height: uint64,
  format: uint32,
  chunks: uint32,
  hash: bytes,
  metadata: bytes,
});

const proofOps = fc.array(record({ type: text, key: bytes, data: bytes }), { maxLength: 3 });
const noRequest = fc.constant(undefined);

/** Requests of every call, over the whole range that the wire can carry. */
export const REQUEST_ARBITRARIES: {
  readonly [Call in AbciCall]: fc.Arbitrary<AbciRequests[Call]>;
} = {
  info: record({ version: text, blockVersion: uint64, p2pVersion: uint64, abciVersion: text }),
  initChain: record({
    chainId: text,
    timeNs,
    initialHeight: int64,
    consensusParams: params,
    validators: fc.array(update, { maxLength: 3 }),
    appState: bytes,
  }),
  query: record({ path: text, data: bytes, height: int64, prove: fc.boolean() }),
  checkTx: record({ tx: bytes, kind: fc.constantFrom("new", "recheck") }),
  prepareProposal: record({
    maxTxBytes: int64,
    txs,
    lastCommit: record({ round, votes: fc.array(extendedVote, { maxLength: 4 }) }),
    misbehavior: fc.array(misbehavior, { maxLength: 2 }),
    height: int64,
    timeNs,
    nextValidatorsHash: bytes,
    proposerAddress: bytes,
  }),
  processProposal: block,
  extendVote: block,
  verifyVoteExtension: record({
    hash: bytes,
    height: int64,
    validatorAddress: bytes,
    extension: bytes,
  }),
  finalizeBlock: block,
  commit: noRequest,
  listSnapshots: noRequest,
  offerSnapshot: record({ snapshot, appHash: bytes }),
  loadSnapshotChunk: record({ height: uint64, format: uint32, chunk: uint32 }),
  applySnapshotChunk: record({ index: uint32, chunk: bytes, sender: text }),
};

const status = record({ status: fc.constantFrom("accept" as const, "reject" as const) });

/** Responses of every call, over the whole range that the wire can carry. */
export const RESPONSE_ARBITRARIES: {
  readonly [Call in AbciCall]: fc.Arbitrary<AbciResponses[Call]>;
} = {
  info: record({
    data: text,
    version: text,
    appVersion: uint64,
    lastBlockHeight: int64,
    lastBlockAppHash: bytes,
  }),
  initChain: record({
    consensusParams: fc.option(params, { nil: undefined }),
    validators: fc.array(update, { maxLength: 3 }),
    appHash: bytes,
  }),
  query: record({
    code: uint32,
    codespace: text,
    log: text,
    key: bytes,
    value: bytes,
    proofOps,
    height: int64,
  }),
  checkTx: txResult,
  prepareProposal: record({ txs }),
  processProposal: status,
  extendVote: record({ extension: bytes }),
  verifyVoteExtension: status,
  finalizeBlock: record({
    txResults: fc.array(txResult, { maxLength: 3 }),
    events: fc.array(event, { maxLength: 3 }),
    validatorUpdates: fc.array(update, { maxLength: 3 }),
    consensusParamUpdates: fc.option(params, { nil: undefined }),
    appHash: bytes,
  }),
  commit: record({ retainHeight: int64 }),
  listSnapshots: record({ snapshots: fc.array(snapshot, { maxLength: 3 }) }),
  offerSnapshot: record({
    result: fc.constantFrom("accept", "abort", "reject", "rejectFormat", "rejectSender"),
  }),
  loadSnapshotChunk: record({ chunk: bytes }),
  applySnapshotChunk: record({
    result: fc.constantFrom("accept", "abort", "retry", "retrySnapshot", "rejectSnapshot"),
    refetchChunks: fc.array(uint32, { maxLength: 3 }),
    rejectSenders: fc.array(text, { maxLength: 3 }),
  }),
};
