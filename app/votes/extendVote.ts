import type { BlockRequest } from "#core/abci/requests.js";
import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import type { InjectedBlockData, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { assert } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { buildExtension } from "#modules/inference/index.js";
import { decodeExtension } from "#modules/inference/types/extension.js";
import { decodeInjected, isInjected } from "#modules/inference/types/injected.js";
import type { ValidatorCapabilities } from "../validator.js";
import type { Wiring } from "../wiring.js";
import { verifyVoteExtension } from "./verifyVoteExtension.js";

/**
 * What this validator says with its precommit; `ctx` is over the committed state. Fails rather than
 * say what peers would refuse.
 */
export function extendVote(
  ctx: Context,
  given: { readonly wiring: Wiring; readonly validator: ValidatorCapabilities },
  request: BlockRequest,
): Uint8Array {
  const { consensusAddress, receipts } = given.validator;
  if (consensusAddress === undefined) return new Uint8Array(0);
  const injected = readInjected(request);
  const { inference } = given.wiring.keepers;
  const extension = buildExtension(ctx, inference, {
    consensusAddress,
    receipts,
    carried: injected && findCarried(request, injected, consensusAddress),
    attached: new Set(injected?.payloads.map(({ batchId }) => batchId)),
  });
  // Peers drop a precommit whose extension they refuse: rather say nothing.
  assert(verifyVoteExtension(extension), "an extension of this node verifies");
  return extension;
}

/** Transaction 0 of the block that is voted for. */
function readInjected({ txs: [first] }: BlockRequest): InjectedBlockData | undefined {
  if (first === undefined || !isInjected(first)) return undefined;
  const injected = attempt(() => decodeInjected(first));
  return injected instanceof ChainError ? undefined : injected;
}

/** This validator's previous extension, if the block carries it. */
function findCarried(
  request: BlockRequest,
  injected: InjectedBlockData,
  consensusAddress: Uint8Array,
): VoteExtension | undefined {
  const index = request.lastCommit.votes.findIndex((vote) =>
    equalBytes(vote.consensusAddress, consensusAddress),
  );
  const vote = injected.votes.find((one) => one.index === index);
  const extension = vote && attempt(() => decodeExtension(vote.extension));
  return extension instanceof ChainError ? undefined : extension;
}
