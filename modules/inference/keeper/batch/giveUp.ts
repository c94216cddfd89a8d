import type { Context } from "#core/baseapp/context.js";
import { BatchStatus, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { type Version, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { batchClosed } from "../../types/events.js";
import { isTerminal } from "../../types/request.js";
import { endUnanswered } from "../endUnanswered.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";
import { releaseSeat } from "./reservation.js";
import { dropPayloads } from "./settle.js";

/** Requests that one block refunds for versions that were taken down; more wait for the next. */
export const GIVEN_UP_PER_BLOCK = 4_096;

/**
 * Gives up running batches of versions that earlier blocks took down: their requests end and are
 * refunded, their seats are free, and nobody is at fault. Keeps count over one block.
 */
export class Takedowns {
  readonly #ctx: Context;
  readonly #keeper: InferenceKeeper;
  readonly #book: BatchBook;
  /** Whether versions were taken down, by hex of their id. */
  readonly #revoked = new Map<string, boolean>();
  #left = GIVEN_UP_PER_BLOCK;

  constructor(ctx: Context, keeper: InferenceKeeper, book: BatchBook) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#book = book;
  }

  /** Whether the batch is of such a version: then it does not go on, now or in a later block. */
  givesUp(batchId: bigint): boolean {
    const batch = assertDefined(this.#book.find(this.#ctx, batchId), "an open batch exists");
    if (!this.#isRevoked(batch.versionId)) return false;
    if (this.#left <= 0) return true;
    this.#left -= batch.requestIds.length;
    this.#giveUp(batchId);
    return true;
  }

  #isRevoked(versionId: Uint8Array): boolean {
    const key = toHex(versionId);
    const known = this.#revoked.get(key);
    if (known !== undefined) return known;
    const { status, revokedHeight } = versionOf(this.#ctx, this.#keeper, versionId);
    // The slot of the takedown's own block must not see what it frees: see `formGroups`.
    const revoked = status === VersionStatus.REVOKED && revokedHeight < this.#ctx.height;
    this.#revoked.set(key, revoked);
    return revoked;
  }

  #giveUp(batchId: bigint): void {
    const [ctx, keeper, book] = [this.#ctx, this.#keeper, this.#book];
    const batch = book.get(batchId);
    for (const seat of batch.seats) releaseSeat(ctx, keeper, batch, seat);
    for (const id of batch.requestIds) {
      const request = keeper.getRequest(ctx, id);
      // What ended at its deadline meanwhile stays ended.
      if (isTerminal(request.status)) continue;
      endUnanswered(ctx, keeper, book, { request, status: RequestStatus.REVOKED });
    }
    dropPayloads(ctx, keeper, batch);
    book.put({ ...book.get(batchId), status: BatchStatus.CLOSED, pendingRedraws: 0 });
    ctx.emit(batchClosed(batchId));
  }
}

/** Whether an existing version was taken down. */
export function isRevoked(ctx: Context, keeper: InferenceKeeper, versionId: Uint8Array): boolean {
  return versionOf(ctx, keeper, versionId).status === VersionStatus.REVOKED;
}

function versionOf(ctx: Context, keeper: InferenceKeeper, versionId: Uint8Array): Version {
  return assertDefined(keeper.needs.kernel.findVersion(ctx, versionId), "requests name versions");
}
