import type { PrepareProposalRequest } from "#core/abci/requests.js";
import { proposalBytes } from "#core/abci/proposalBytes.js";
import type { Context } from "#core/baseapp/context.js";
import { assertDefined } from "#core/primitives/assert.js";
import { buildInjected, findMember } from "#modules/inference/index.js";
import { isInjected } from "#modules/inference/types/injected.js";
import { signersOf } from "../ante/signers.js";
import { BASE_DENOM } from "../chain.js";
import type { ValidatorCapabilities } from "../validator.js";
import type { Wiring } from "../wiring.js";
import { orderTxs } from "./orderTxs.js";

/** What a proposal is built with. */
export interface ProposalParts {
  readonly wiring: Wiring;
  readonly validator: ValidatorCapabilities;
  readonly maxGas: bigint | undefined;
}

/** Transaction 0, then the mempool's transactions by fee. `ctx` is over the committed state. */
export function prepareProposal(
  ctx: Context,
  parts: ProposalParts,
  request: PrepareProposalRequest,
): readonly Uint8Array[] {
  const { wiring, validator } = parts;
  const injected = buildInjected(ctx, wiring.keepers.inference, {
    votes: request.lastCommit.votes.map((vote) => ({
      consensusAddress: vote.consensusAddress,
      flag: vote.flag,
      extension: vote.extension,
      signature: vote.extensionSignature,
    })),
    round: request.lastCommit.round,
    maxBytes: request.maxTxBytes - FRAME_BYTES,
    receipts: validator.receipts,
    prove: (alpha) => prove(ctx, parts, alpha),
  });
  const txs = orderTxs(
    request.txs.filter((tx) => !isInjected(tx)),
    {
      decode: wiring.decode,
      signersOf: (tx) => signersOf(tx, wiring.messageSigners).map(({ text }) => text),
      denom: BASE_DENOM,
      room: { bytes: request.maxTxBytes - proposalBytes(injected), gas: parts.maxGas },
    },
  );
  return [injected, ...txs];
}

/** What CometBFT counts for a transaction beside its bytes, at most. */
const FRAME_BYTES = 8n;

function prove(ctx: Context, parts: ProposalParts, alpha: Uint8Array): Uint8Array {
  const { staking } = parts.wiring.keepers;
  const address = assertDefined(parts.validator.consensusAddress, "only validators propose");
  const member = findMember(staking.consensusSet(ctx, ctx.height), address);
  const key = member && staking.vrfKey(ctx, member.operatorAddress, ctx.height);
  const publicKey = assertDefined(key, "every validator of the set has an effective VRF key");
  const proof = assertDefined(
    parts.validator.prove(publicKey, alpha),
    "this node holds its VRF key",
  );
  parts.wiring.proofs.trust(publicKey, alpha, proof);
  return proof;
}
