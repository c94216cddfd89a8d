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
  /** Heights at which versions were taken down, undefined for others, by hex of their id. */
  readonly #heights = new Map<string, bigint | undefined>();
  #left = GIVEN_UP_PER_BLOCK;

  constructor(ctx: Context, keeper: InferenceKeeper, book: BatchBook) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#book = book;
  }

  /**
   * Whether the batch goes on no more, because its version was taken down. In the block of the
   * takedown it stands still: the slot must not see what it frees (see `formGroups`), and its
   * aggregation code, which nothing refers to any more, may be deleted already.
   */
  givesUp(batchId: bigint): boolean {
    const batch = assertDefined(this.#book.find(this.#ctx, batchId), "an open batch exists");
    const height = this.#revokedHeight(batch.versionId);
    if (height === undefined) return false;
    if (height === this.#ctx.height || this.#left <= 0) return true;
    this.#left -= batch.requestIds.length;
    this.#giveUp(batchId);
    return true;
  }

  #revokedHeight(versionId: Uint8Array): bigint | undefined {
    const key = toHex(versionId);
    if (this.#heights.has(key)) return this.#heights.get(key);
    const { status, revokedHeight } = versionOf(this.#ctx, this.#keeper, versionId);
    const height = status === VersionStatus.REVOKED ? revokedHeight : undefined;
    this.#heights.set(key, height);
    return height;
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
