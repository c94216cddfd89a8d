import type { BlockRequest } from "#core/abci/requests.js";
import type { BlockHeader } from "#core/baseapp/context.js";
import type { BlockReport } from "#core/baseapp/module.js";

/** The facts of a block that the state machine may use. */
export function blockHeader(
  chainId: string,
  request: Pick<BlockRequest, "height" | "timeNs" | "proposerAddress">,
): BlockHeader {
  const { height, timeNs, proposerAddress } = request;
  return { chainId, height, timeNs, proposerAddress };
}

/** What CometBFT reports with a block. */
export function blockReport(request: BlockRequest): BlockReport {
  return {
    lastCommit: request.lastCommit.votes,
    lastCommitRound: request.lastCommit.round,
    misbehavior: request.misbehavior,
  };
}
