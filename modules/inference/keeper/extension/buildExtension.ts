import type { Context } from "#core/baseapp/context.js";
import {
  Availability,
  type Batch,
  BatchStatus,
  type Payload,
  type Seat,
  SeatStatus,
  VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { minBig } from "#core/primitives/intMath.js";
import { publishesPayloads } from "../../types/batch.js";
import { computeCommitment } from "../../types/digests.js";
import type { FinishedBatch, ReceiptSource } from "../../types/expectedKeepers.js";
import { encodeExtension, payloadLength } from "../../types/extension.js";
import { MAX_ENTRY_BYTES } from "../../types/limits.js";
import { wholePayload } from "../../types/payload.js";
import type { InferenceKeeper } from "../keeper.js";
import { ownPayload } from "./ownPayload.js";

/** What a validator builds its extension from. */
export interface ExtensionParts {
  /** This validator. */
  readonly consensusAddress: Uint8Array;
  readonly receipts: ReceiptSource;
  /** What transaction 0 of the block voted for already carries of this validator. */
  readonly carried: VoteExtension | undefined;
  /** Batches whose outputs that transaction 0 attaches. */
  readonly attached: ReadonlySet<bigint>;
}

/**
 * What this validator says in its precommit: everything that is due, oldest first, within the byte
 * limits; empty bytes when that is nothing. Reads committed state and finished work only and never
 * waits (protocol.md section 4).
 */
export function buildExtension(
  ctx: Context,
  keeper: InferenceKeeper,
  parts: ExtensionParts,
): Uint8Array {
  const builder = new ExtensionBuilder(ctx, keeper, parts);
  builder.addAvailability();
  const batches = keeper
    .owedBatchIds(ctx, parts.consensusAddress)
    .map((id) => keeper.getBatch(ctx, id));
  const open = batches.flatMap((batch) => {
    const number = keeper.findSeatNumber(ctx, parts.consensusAddress, batch.id);
    const seat = number === undefined ? undefined : batch.seats[number];
    return seat === undefined || number === undefined ? [] : [{ batch, seat, number }];
  });
  for (const held of open) builder.addDecline(held);
  for (const held of open) builder.addReveal(held);
  for (const held of open) builder.addDigests(held);
  for (const held of open) builder.addCommitment(held);
  for (const held of open) builder.addPayload(held);
  return builder.encode();
}

/** Proposers that can attach outputs which they all hold before members carry them. */
const PROPOSERS_FIRST = 3n;

/** A batch in which this validator holds a seat. */
interface HeldSeat {
  readonly batch: Batch;
  readonly seat: Seat;
  readonly number: number;
}

class ExtensionBuilder {
  readonly #ctx: Context;
  readonly #keeper: InferenceKeeper;
  readonly #parts: ExtensionParts;
  #extension = VoteExtension.create();

  constructor(ctx: Context, keeper: InferenceKeeper, parts: ExtensionParts) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#parts = parts;
  }

  addAvailability(): void {
    const { consensusAddress, receipts, carried } = this.#parts;
    const available = receipts.isAvailable();
    if (this.#keeper.load(this.#ctx, consensusAddress).unavailable !== available) return;
    const availability = available ? Availability.AVAILABLE : Availability.UNAVAILABLE;
    if (carried?.availability === availability) return;
    this.#extension = { ...this.#extension, availability };
  }

  addDecline({ batch, seat }: HeldSeat): void {
    if (!isWaiting(batch, seat) || !this.#refuses(batch.id)) return;
    if (this.#parts.carried?.declines.includes(batch.id) === true) return;
    this.#try({ declines: [...this.#extension.declines, batch.id] });
  }

  addReveal({ batch, seat }: HeldSeat): void {
    if (batch.status !== BatchStatus.REVEALING || seat.status !== SeatStatus.COMMITTED) return;
    if (seat.batchRoot.length > 0) return;
    const finished = this.#committedWork({ batch, seat });
    if (finished === undefined) return;
    if (this.#parts.carried?.reveals.some((entry) => entry.batchId === batch.id) === true) return;
    const { batchRoot, salt, abstentions } = finished;
    const reveal = { batchId: batch.id, batchRoot, salt, abstentions };
    this.#try({ reveals: [...this.#extension.reveals, reveal] });
  }

  addDigests({ batch, seat }: HeldSeat): void {
    if (batch.status !== BatchStatus.COMPARING || seat.status !== SeatStatus.REVEALED) return;
    if (seat.requestDigests.length > 0) return;
    const finished = this.#committedWork({ batch, seat });
    if (finished === undefined) return;
    const { carried } = this.#parts;
    if (carried?.requestDigests.some((entry) => entry.batchId === batch.id) === true) return;
    const entry = { batchId: batch.id, digests: [...finished.leaves] };
    // Comparisons have a share of the extension that holds those of all seats (types/limits.ts).
    const requestDigests = [...this.#extension.requestDigests, entry];
    this.#extension = { ...this.#extension, requestDigests };
  }

  addCommitment({ batch, seat }: HeldSeat): void {
    if (!isWaiting(batch, seat) || this.#parts.receipts.hasDeclined(batch.id)) return;
    const finished = this.#parts.receipts.findFinished(batch.id);
    if (finished === undefined) return;
    if (this.#parts.carried?.commitments.some((entry) => entry.batchId === batch.id) === true) {
      return;
    }
    const entry = { batchId: batch.id, commitment: this.#commitmentOf(batch, finished) };
    this.#try({ commitments: [...this.#extension.commitments, entry] });
  }

  /**
   * Outputs travel once: attached by a proposer that has them, or carried here when the next
   * proposer may not have them (section 10). Kernels that aggregate by code need every seat's.
   */
  addPayload(held: HeldSeat): void {
    const payload = this.#duePayload(held);
    if (payload === undefined) return;
    const { carried, attached } = this.#parts;
    if (carried?.payloads.some((entry) => entry.batchId === payload.batchId) === true) return;
    if (attached.has(payload.batchId)) return;
    const payloads = [...this.#extension.payloads, payload];
    const bytes = payloadLength(VoteExtension.create({ payloads }));
    if (BigInt(bytes) > this.#keeper.params(this.#ctx).payloadBytes) return;
    this.#extension = { ...this.#extension, payloads };
  }

  encode(): Uint8Array {
    return encodeExtension(this.#extension);
  }

  #duePayload({ batch, seat, number }: HeldSeat): Payload | undefined {
    const { receipts } = this.#parts;
    if (publishesPayloads(batch)) {
      const owes = batch.status === BatchStatus.REVEALING && seat.status === SeatStatus.COMMITTED;
      const finished = owes ? this.#committedWork({ batch, seat }) : undefined;
      return finished && wholePayload(finished);
    }
    if (this.#isTurn({ batch, seat, number })) {
      const agreed = ownPayload(batch, receipts);
      if (agreed !== undefined) return agreed;
    }
    const revealsNow = this.#extension.reveals.some((entry) => entry.batchId === batch.id);
    const finished = receipts.findFinished(batch.id);
    const leads = number === 0 && revealsNow && this.#proposerMayLackWork(batch);
    return leads && finished !== undefined ? wholePayload(finished) : undefined;
  }

  /**
   * Whether it is this seat's turn to carry agreed outputs that no proposer has attached. Members
   * speak one after the other, all of them before the outputs are given up; where every proposer
   * holds the outputs, those of the next blocks come first, since a full block says nothing about them.
   */
  #isTurn({ batch, number }: HeldSeat): boolean {
    if (batch.agreedHeight === 0n) return false;
    const proposers = this.#proposerMayLackWork(batch) ? 1n : PROPOSERS_FIRST;
    const last = this.#keeper.params(this.#ctx).maxGraceBlocks - 1n;
    const turn = minBig(proposers + BigInt(number), last);
    return this.#ctx.height - batch.agreedHeight >= turn;
  }

  /**
   * Whether this node will not answer: it declined the batch, or cannot serve and was drawn all the
   * same, in the very block that brought word of it.
   */
  #refuses(batchId: bigint): boolean {
    const { receipts } = this.#parts;
    const unable = !receipts.isAvailable() && receipts.findFinished(batchId) === undefined;
    return unable || receipts.hasDeclined(batchId);
  }

  /** Whether some validator, and hence perhaps the next proposer, holds no seat in the batch. */
  #proposerMayLackWork(batch: Batch): boolean {
    const set = this.#keeper.needs.staking.consensusSet(this.#ctx, this.#ctx.height);
    return batch.seats.length < set.length;
  }

  /** Finished work that is what this seat committed to; a lost receipt must not reveal another. */
  #committedWork(held: Pick<HeldSeat, "batch" | "seat">): FinishedBatch | undefined {
    const finished = this.#parts.receipts.findFinished(held.batch.id);
    if (finished === undefined) return undefined;
    const own = this.#commitmentOf(held.batch, finished);
    return equalBytes(own, held.seat.commitment) ? finished : undefined;
  }

  #commitmentOf(batch: Batch, finished: FinishedBatch): Uint8Array {
    return computeCommitment({
      chainId: this.#ctx.header.chainId,
      batchId: batch.id,
      versionId: batch.versionId,
      consensusAddress: this.#parts.consensusAddress,
      batchRoot: finished.batchRoot,
      salt: finished.salt,
    });
  }

  /** Adds entries if all entries still fit their limit. */
  #try(change: Partial<VoteExtension>): void {
    const grown = { ...this.#extension, ...change };
    const entries = { ...grown, requestDigests: [], payloads: [] };
    if (VoteExtension.encode(entries).length <= MAX_ENTRY_BYTES) this.#extension = grown;
  }
}

function isWaiting(batch: Batch, seat: Seat): boolean {
  return batch.status === BatchStatus.COMMITTING && seat.status === SeatStatus.WAITING;
}
