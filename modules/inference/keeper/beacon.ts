import type { Context } from "#core/baseapp/context.js";
import { nextBeacon } from "../types/beacon.js";
import { beaconAdvanced } from "../types/events.js";
import { BEACON_HISTORY } from "../types/limits.js";
import type { InferenceKeeper } from "./keeper.js";

/** Chains the output of the proposer's proof into the beacon of this height. */
export function advanceBeacon(ctx: Context, keeper: InferenceKeeper, vrfOutput: Uint8Array): void {
  const beacon = nextBeacon(keeper.previousBeacon(ctx, ctx.height), vrfOutput);
  keeper.setBeacon(ctx, ctx.height, beacon);
  ctx.emit(beaconAdvanced(ctx.height, beacon));
  dropOldBeacons(ctx, keeper);
}

function dropOldBeacons(ctx: Context, keeper: InferenceKeeper): void {
  const oldest = ctx.height - BEACON_HISTORY;
  if (oldest <= 0n) return;
  const kv = ctx.kv(keeper.storeKey);
  const old = [...keeper.tables.beacons.iterate(kv, { end: oldest })];
  for (const [height] of old) keeper.tables.beacons.delete(kv, height);
}
