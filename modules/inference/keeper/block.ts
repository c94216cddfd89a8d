import type { Context } from "#core/baseapp/context.js";
import type { BlockReport } from "#core/baseapp/module.js";
import { advanceBatch, attendanceOf } from "./batch/advance.js";
import { BatchBook } from "./batch/batchBook.js";
import { closeSettled } from "./batch/close.js";
import { Takedowns } from "./batch/giveUp.js";
import { endDueRequests } from "./due.js";
import type { InferenceKeeper } from "./keeper.js";
import { pruneRetained } from "./retention.js";
import { runSlot } from "./slot/runSlot.js";

/**
 * End of a block: batches move on or, where their version was taken down, end; overdue requests end,
 * settled batches close, old answers are pruned, and, when transaction 0 brought a beacon, the slot
 * gives out new work. Runs after staking, whose validator set for height + 2 it draws from.
 */
export function endBlock(ctx: Context, keeper: InferenceKeeper, report: BlockReport): void {
  const book = new BatchBook(keeper);
  const attendance = attendanceOf(ctx, keeper, report);
  const budget = { remaining: keeper.params(ctx).aggregationGasPerBlock };
  const takedowns = new Takedowns(ctx, keeper, book);
  for (const batchId of keeper.openBatchIds(ctx)) {
    if (takedowns.givesUp(batchId)) continue;
    advanceBatch(ctx, keeper, book, { batchId, attendance, budget });
  }
  endDueRequests(ctx, keeper, book);
  // What settled, or waits for no escalation any more, is filed as closing.
  book.save(ctx);
  closeSettled(ctx, keeper, book);
  book.save(ctx);
  pruneRetained(ctx, keeper);
  const beacon = keeper.findBeacon(ctx, ctx.height);
  if (beacon !== undefined) runSlot(ctx, keeper, beacon);
}
