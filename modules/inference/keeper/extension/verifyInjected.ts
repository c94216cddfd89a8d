import type { CommitVote, Context } from "#core/baseapp/context.js";
import type { BlockReport } from "#core/baseapp/module.js";
import { attempt } from "#core/codec/attempt.js";
import {
  type CarriedVote,
  type InjectedBlockData,
  type Payload,
  type VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { toHex } from "#core/primitives/bytes.js";
import { vrfAlpha } from "../../types/beacon.js";
import { malformedInjected } from "../../types/errors.js";
import { decodeExtension } from "../../types/extension.js";
import { decodeInjected, isInjected } from "../../types/injected.js";
import type { Statement } from "../batch/applyVotes.js";
import type { InferenceKeeper } from "../keeper.js";

/** Contents of a transaction 0 that passed the checks 1 to 6 of protocol.md section 2. */
export interface VerifiedInjected {
  readonly vrfOutput: Uint8Array;
  readonly statements: readonly Statement[];
  readonly payloads: readonly Payload[];
}

/**
 * Checks transaction 0 against the block and the state of the last height; throws
 * `inference/3` with the reason. Payload contents are judged when they are applied.
 */
export function verifyInjected(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly bytes: Uint8Array | undefined; readonly report: BlockReport },
): VerifiedInjected {
  const injected = decode(given.bytes);
  const vrfOutput = verifyProof(ctx, keeper, injected);
  const statements = verifyVotes(ctx, keeper, { injected, report: given.report });
  return { vrfOutput, statements, payloads: injected.payloads };
}

function decode(bytes: Uint8Array | undefined): InjectedBlockData {
  if (bytes === undefined || !isInjected(bytes)) {
    throw malformedInjected({ problem: "the prefix is missing" });
  }
  const injected = attempt(() => decodeInjected(bytes));
  if (injected instanceof ChainError) throw malformedInjected({ problem: injected.message });
  return injected;
}

/** The proposer's VRF output, from its key effective at this height. */
function verifyProof(
  ctx: Context,
  keeper: InferenceKeeper,
  injected: InjectedBlockData,
): Uint8Array {
  const { staking, proofs } = keeper.needs;
  const { proposerAddress, chainId } = ctx.header;
  const set = staking.consensusSet(ctx, ctx.height);
  const proposer = findMember(set, proposerAddress);
  const key = proposer && staking.vrfKey(ctx, proposer.operatorAddress, ctx.height);
  if (key === undefined) throw malformedInjected({ problem: "the proposer has no VRF key" });
  const alpha = vrfAlpha(chainId, ctx.height, keeper.previousBeacon(ctx, ctx.height));
  const output = proofs.vrfOutput(key, alpha, injected.vrfProof);
  if (output === undefined) throw malformedInjected({ problem: "the VRF proof is invalid" });
  return output;
}

function verifyVotes(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly injected: InjectedBlockData; readonly report: BlockReport },
): Statement[] {
  const { injected, report } = given;
  const set = keeper.needs.staking.consensusSet(ctx, ctx.height - 1n);
  const signs = { round: report.lastCommitRound, set };
  let previous = -1;
  return injected.votes.map((vote) => {
    if (vote.index <= previous) throw malformedInjected({ problem: "votes do not ascend" });
    previous = vote.index;
    const cast = report.lastCommit[vote.index];
    if (cast === undefined) throw malformedInjected({ problem: "a vote nobody cast" });
    return verifyVote(ctx, keeper, { vote, cast, ...signs });
  });
}

function verifyVote(
  ctx: Context,
  keeper: InferenceKeeper,
  given: {
    readonly vote: CarriedVote;
    readonly cast: CommitVote;
    readonly round: number;
    readonly set: readonly ConsensusMember[];
  },
): Statement {
  const { vote, cast, round, set } = given;
  if (cast.flag !== "commit") throw malformedInjected({ problem: "a vote without COMMIT" });
  const extension = readCarried(vote.extension);
  const member = findMember(set, cast.consensusAddress);
  if (member === undefined) throw malformedInjected({ problem: "a vote by no validator" });
  const signed = { extension: vote.extension, height: ctx.height - 1n, round };
  const message = voteExtensionSignBytes(ctx.header.chainId, signed);
  const { publicKey } = member;
  if (!keeper.needs.proofs.isSignedExtension({ publicKey, message, signature: vote.signature })) {
    throw malformedInjected({ problem: "an extension signature is invalid" });
  }
  return { consensusAddress: cast.consensusAddress, extension };
}

function readCarried(bytes: Uint8Array): VoteExtension {
  if (bytes.length === 0) throw malformedInjected({ problem: "an empty extension is carried" });
  const extension = attempt(() => decodeExtension(bytes));
  if (extension instanceof ChainError) throw malformedInjected({ problem: extension.message });
  return extension;
}

/** The validator with a consensus address. */
export function findMember(
  set: readonly ConsensusMember[],
  consensusAddress: Uint8Array,
): ConsensusMember | undefined {
  const wanted = toHex(consensusAddress);
  return set.find((member) => toHex(member.consensusAddress) === wanted);
}
