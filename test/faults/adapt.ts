import type { AbciApplication } from "#core/abci/application.js";

/** An application that answers some calls differently; every other call goes through. */
export function adapt(
  application: AbciApplication,
  changes: Partial<AbciApplication>,
): AbciApplication {
  return {
    info: (request) => application.info(request),
    initChain: (request) => application.initChain(request),
    query: (request) => application.query(request),
    checkTx: (request) => application.checkTx(request),
    prepareProposal: (request) => application.prepareProposal(request),
    processProposal: (request) => application.processProposal(request),
    extendVote: (request) => application.extendVote(request),
    verifyVoteExtension: (request) => application.verifyVoteExtension(request),
    finalizeBlock: (request) => application.finalizeBlock(request),
    commit: () => application.commit(),
    listSnapshots: () => application.listSnapshots(),
    offerSnapshot: (request) => application.offerSnapshot(request),
    loadSnapshotChunk: (request) => application.loadSnapshotChunk(request),
    applySnapshotChunk: (request) => application.applySnapshotChunk(request),
    ...changes,
  };
}
