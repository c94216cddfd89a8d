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
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { vrfAlpha } from "../../types/beacon.js";
import { malformedInjected } from "../../types/errors.js";
import { decodeExtension, payloadLength } from "../../types/extension.js";
import { decodeInjected, isInjected } from "../../types/injected.js";
import type { Statement } from "../batch/applyVotes.js";
import type { InferenceKeeper } from "../keeper.js";

/** Transaction 0 with the block it is in. */
export interface InjectedTx {
  readonly bytes: Uint8Array | undefined;
  readonly report: BlockReport;
}

/** Contents of a transaction 0 that stood up to every check but that of its payloads' contents. */
export interface VerifiedInjected {
  readonly vrfOutput: Uint8Array;
  readonly statements: readonly Statement[];
  readonly payloads: readonly Payload[];
}

/**
 * Checks transaction 0 against the block and the state of the last height (protocol.md section 2);
 * throws `inference/3` with the reason. What payloads contain is judged when they are applied.
 */
export function verifyInjected(
  ctx: Context,
  keeper: InferenceKeeper,
  { bytes, report }: InjectedTx,
): VerifiedInjected {
  const injected = decode(bytes);
  const vrfOutput = verifyProof(ctx, keeper, injected);
  const statements = verifyVotes(ctx, keeper, { injected, report });
  verifyPayloads(ctx, keeper, injected);
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
  const signers = lastSigners(ctx, keeper);
  let previous = -1;
  return injected.votes.map((vote) => {
    if (vote.index <= previous) throw malformedInjected({ problem: "votes do not ascend" });
    previous = vote.index;
    const cast = report.lastCommit[vote.index];
    if (cast === undefined) throw malformedInjected({ problem: "a vote nobody cast" });
    const round = report.lastCommitRound;
    return verifyVote(ctx, keeper, { vote, cast, round, signers });
  });
}

/** Validators of the last height by hex of their consensus addresses. */
export type Signers = ReadonlyMap<string, ConsensusMember>;

/** Who signed extensions of the last height. */
export function lastSigners(ctx: Context, keeper: InferenceKeeper): Signers {
  const set = keeper.needs.staking.consensusSet(ctx, ctx.height - 1n);
  return new Map(set.map((member) => [toHex(member.consensusAddress), member]));
}

function verifyVote(
  ctx: Context,
  keeper: InferenceKeeper,
  given: {
    readonly vote: CarriedVote;
    readonly cast: CommitVote;
    readonly round: number;
    readonly signers: Signers;
  },
): Statement {
  const { vote, cast, round, signers } = given;
  if (cast.flag !== "commit") throw malformedInjected({ problem: "a vote without COMMIT" });
  const extension = readCarried(vote.extension);
  const member = signers.get(toHex(cast.consensusAddress));
  if (member === undefined) throw malformedInjected({ problem: "a vote by no validator" });
  if (!isSigned(ctx, keeper, { ...vote, round, member })) {
    throw malformedInjected({ problem: "an extension signature is invalid" });
  }
  return { consensusAddress: cast.consensusAddress, extension };
}

/** An extension of the last height with its signature. */
export interface SignedVote {
  readonly extension: Uint8Array;
  readonly signature: Uint8Array;
  /** Round in which the last height was decided. */
  readonly round: number;
  readonly member: ConsensusMember;
}

/** Whether a validator of the last height signed its extension for the round that decided. */
export function isSigned(ctx: Context, keeper: InferenceKeeper, signed: SignedVote): boolean {
  const { extension, signature, round, member } = signed;
  const message = voteExtensionSignBytes(ctx.header.chainId, {
    extension,
    height: ctx.height - 1n,
    round,
  });
  const { publicKey } = member;
  return keeper.needs.proofs.isSignedExtension({ publicKey, message, signature });
}

function readCarried(bytes: Uint8Array): VoteExtension {
  if (bytes.length === 0) throw malformedInjected({ problem: "an empty extension is carried" });
  const extension = attempt(() => decodeExtension(bytes));
  if (extension instanceof ChainError) throw malformedInjected({ problem: extension.message });
  return extension;
}

function verifyPayloads(
  ctx: Context,
  keeper: InferenceKeeper,
  { payloads }: InjectedBlockData,
): void {
  const ids = payloads.map((payload) => payload.batchId);
  if (!isStrictlyAscending(ids, compareBig)) {
    throw malformedInjected({ problem: "payloads do not ascend" });
  }
  const bytes = payloadLength({ payloads });
  if (BigInt(bytes) > keeper.params(ctx).payloadBytes) {
    throw malformedInjected({ problem: "payloads are too long", bytes });
  }
}

/** The validator with a consensus address. */
export function findMember(
  set: readonly ConsensusMember[],
  consensusAddress: Uint8Array,
): ConsensusMember | undefined {
  return set.find((member) => equalBytes(member.consensusAddress, consensusAddress));
}
