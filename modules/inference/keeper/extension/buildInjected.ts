import type { Context } from "#core/baseapp/context.js";
import { attempt } from "#core/codec/attempt.js";
import {
  type CarriedVote,
  type InjectedBlockData,
  type Payload,
} from "#core/codec/generated/aivm/inference/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { toHex } from "#core/primitives/bytes.js";
import { vrfAlpha } from "../../types/beacon.js";
import type { ReceiptSource } from "../../types/expectedKeepers.js";
import { decodeExtension, payloadLength } from "../../types/extension.js";
import { encodeOwnInjected } from "../../types/injected.js";
import { applyVotes, type Statement } from "../batch/applyVotes.js";
import { BatchBook } from "../batch/batchBook.js";
import { judgePayload } from "../batch/outputs.js";
import type { InferenceKeeper } from "../keeper.js";
import { acceptCarried } from "./applyInjected.js";
import { ownPayload } from "./ownPayload.js";
import { isSigned, lastSigners, type Signers } from "./verifyInjected.js";

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

/** A vote that may be carried, with what it says. */
interface ReadVote {
  readonly carried: CarriedVote;
  readonly statement: Statement;
}

/**
 * Builds transaction 0: the proof, every vote that verifies and says something, and the outputs
 * this node holds for batches that agree with these votes. A vote that does not verify (CometBFT
 * does not verify late precommits) is left out, never an error. When space is short, outputs go
 * first, then the longest votes: short ones hold all that grace is about. `ctx` is over a branch
 * that is discarded.
 */
export function buildInjected(
  ctx: Context,
  keeper: InferenceKeeper,
  proposal: Proposal,
): Uint8Array {
  const alpha = vrfAlpha(ctx.header.chainId, ctx.height, keeper.previousBeacon(ctx, ctx.height));
  const vrfProof = proposal.prove(alpha);
  const signers = lastSigners(ctx, keeper);
  const read = proposal.votes.flatMap((vote, index) => {
    const statement = readVote(ctx, keeper, { ...vote, round: proposal.round, signers });
    if (statement === undefined) return [];
    const carried = { index, extension: vote.extension, signature: vote.signature };
    return [{ carried, statement }];
  });
  const votes = read.map(({ carried }) => carried);
  const payloads = collectPayloads(ctx, keeper, proposal.receipts, read);
  const whole = encodeOwnInjected({ vrfProof, votes, payloads });
  if (BigInt(whole.length) <= proposal.maxBytes) return whole;
  return encodeFitting({ vrfProof, votes, payloads: [] }, proposal.maxBytes);
}

/** The most votes that fit, the shortest first; the proof alone when there is room for none. */
function encodeFitting(injected: InjectedBlockData, maxBytes: bigint): Uint8Array {
  const byLength = [...injected.votes].sort((a, b) => a.extension.length - b.extension.length);
  for (;;) {
    const votes = [...byLength].sort((a, b) => a.index - b.index);
    const bytes = encodeOwnInjected({ ...injected, votes });
    if (BigInt(bytes.length) <= maxBytes || votes.length === 0) return bytes;
    byLength.pop();
  }
}

function readVote(
  ctx: Context,
  keeper: InferenceKeeper,
  vote: ExtendedVote & { readonly round: number; readonly signers: Signers },
): Statement | undefined {
  const { consensusAddress, flag, round, signers } = vote;
  if (flag !== "commit" || vote.extension.length === 0) return undefined;
  const member = signers.get(toHex(consensusAddress));
  const extension = attempt(() => decodeExtension(vote.extension));
  if (member === undefined || extension instanceof ChainError) return undefined;
  const { signature } = vote;
  const valid = isSigned(ctx, keeper, { extension: vote.extension, signature, round, member });
  return valid ? { consensusAddress, extension } : undefined;
}

/** Outputs this node holds and the votes do not bring, for batches that have agreement with them. */
function collectPayloads(
  ctx: Context,
  keeper: InferenceKeeper,
  receipts: ReceiptSource,
  read: readonly ReadVote[],
): Payload[] {
  const book = new BatchBook(keeper);
  const statements = read.map(({ statement }) => statement);
  applyVotes(ctx, keeper, book, statements);
  acceptCarried(ctx, keeper, book, statements);
  let room = keeper.params(ctx).payloadBytes;
  const chosen: Payload[] = [];
  for (const batchId of keeper.openBatchIds(ctx)) {
    const batch = book.findRunning(ctx, batchId);
    const payload = batch && ownPayload(batch, receipts);
    if (batch === undefined || payload === undefined) continue;
    const bytes = BigInt(payloadLength({ payloads: [payload] }));
    if (bytes > room || judgePayload(ctx, keeper, batch, payload) === undefined) continue;
    room -= bytes;
    chosen.push(payload);
  }
  return chosen;
}
