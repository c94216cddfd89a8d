import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import {
  type CarriedVote,
  type InjectedBlockData,
  type Payload,
  VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { vrfAlpha } from "../../types/beacon.js";
import type { ReceiptSource } from "../../types/expectedKeepers.js";
import { decodeExtension, payloadLength } from "../../types/extension.js";
import { encodeInjected } from "../../types/injected.js";
import { applyVotes, type Statement } from "../batch/applyVotes.js";
import { BatchBook } from "../batch/batchBook.js";
import { acceptPayload } from "../batch/outputs.js";
import type { InferenceKeeper } from "../keeper.js";
import { ownPayload } from "./ownPayload.js";
import { findMember } from "./verifyInjected.js";

/** An extended vote of the last commit, as CometBFT gives it to the proposer. */
export interface ExtendedVote {
  readonly consensusAddress: Uint8Array;
  readonly flag: "commit" | "absent" | "nil";
  readonly extension: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a proposer builds transaction 0 from. */
export interface Proposal {
  readonly votes: readonly ExtendedVote[];
  readonly round: number;
  /** Bytes that transaction 0 may take at most. */
  readonly maxBytes: bigint;
  readonly receipts: ReceiptSource;
  /** Proves `alpha` with this validator's VRF key. */
  readonly prove: (alpha: Uint8Array) => Uint8Array;
}

/**
 * Builds transaction 0: the proof, every vote that verifies and says something, and the outputs
 * this node holds for batches that agree with these votes. A vote that does not verify (CometBFT
 * does not verify late precommits) is left out, never an error. When space is short, outputs go
 * first, then votes from the end. `ctx` is over a branch that is discarded.
 */
export function buildInjected(
  ctx: Context,
  keeper: InferenceKeeper,
  proposal: Proposal,
): Uint8Array {
  const alpha = vrfAlpha(ctx.header.chainId, ctx.height, keeper.previousBeacon(ctx, ctx.height));
  const vrfProof = proposal.prove(alpha);
  const verified = proposal.votes.flatMap((vote, index) => {
    const statement = readVote(ctx, keeper, proposal, vote);
    return statement === undefined ? [] : [{ carried: carry(vote, index), statement }];
  });
  const votes = verified.map(({ carried }) => carried);
  const statements = verified.map(({ statement }) => statement);
  const payloads = collectPayloads(ctx, keeper, proposal.receipts, statements);
  const whole = encodeInjected({ vrfProof, votes, payloads });
  if (BigInt(whole.length) <= proposal.maxBytes) return whole;
  return encodeFitting({ vrfProof, votes, payloads: [] }, proposal.maxBytes);
}

function encodeFitting(injected: InjectedBlockData, maxBytes: bigint): Uint8Array {
  let { votes } = injected;
  for (;;) {
    const bytes = encodeInjected({ ...injected, votes });
    if (BigInt(bytes.length) <= maxBytes || votes.length === 0) return bytes;
    votes = votes.slice(0, -1);
  }
}

function carry(vote: ExtendedVote, index: number): CarriedVote {
  return { index, extension: vote.extension, signature: vote.signature };
}

function readVote(
  ctx: Context,
  keeper: InferenceKeeper,
  proposal: Proposal,
  vote: ExtendedVote,
): Statement | undefined {
  if (vote.flag !== "commit" || vote.extension.length === 0) return undefined;
  const { staking, proofs } = keeper.needs;
  const member = findMember(staking.consensusSet(ctx, ctx.height - 1n), vote.consensusAddress);
  const extension = attempt(() => decodeExtension(vote.extension));
  if (member === undefined || extension instanceof ChainError) return undefined;
  const signed = { extension: vote.extension, height: ctx.height - 1n, round: proposal.round };
  const message = voteExtensionSignBytes(ctx.header.chainId, signed);
  const { publicKey } = member;
  const valid = proofs.isSignedExtension({ publicKey, message, signature: vote.signature });
  return valid ? { consensusAddress: vote.consensusAddress, extension } : undefined;
}

/** Outputs this node holds and the votes do not bring, for batches that have agreement with them. */
function collectPayloads(
  ctx: Context,
  keeper: InferenceKeeper,
  receipts: ReceiptSource,
  statements: readonly Statement[],
): Payload[] {
  const book = new BatchBook(keeper);
  applyVotes(ctx, keeper, book, statements);
  const limit = keeper.params(ctx).payloadBytes;
  const carried = new Set(
    statements.flatMap(({ extension }) => extension.payloads.map((payload) => payload.batchId)),
  );
  const chosen: Payload[] = [];
  for (const batchId of keeper.openBatchIds(ctx)) {
    const batch = book.findRunning(ctx, batchId);
    const payload = batch && !carried.has(batchId) ? ownPayload(batch, receipts) : undefined;
    if (payload === undefined) continue;
    const bytes = payloadLength(VoteExtension.create({ payloads: [...chosen, payload] }));
    if (BigInt(bytes) > limit || !acceptPayload(ctx, keeper, book, payload)) continue;
    chosen.push(payload);
  }
  return chosen;
}
