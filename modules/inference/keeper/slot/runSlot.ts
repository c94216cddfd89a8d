import type { Context } from "#core/baseapp/context.js";
import type { InferenceKeeper } from "../keeper.js";
import { drawEscalations } from "./drawEscalations.js";
import { drawQueue } from "./drawQueue.js";
import { drawValidations } from "./drawValidations.js";
import { redrawSeats } from "./redrawSeats.js";

/**
 * The slot at the end of a block: gives work to providers with this block's beacon. Only what
 * earlier blocks decided is drawn (protocol.md section 6).
 */
export function runSlot(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  redrawSeats(ctx, keeper, beacon);
  drawEscalations(ctx, keeper, beacon);
  drawValidations(ctx, keeper);
  drawQueue(ctx, keeper, beacon);
}
