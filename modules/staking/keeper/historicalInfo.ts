import type { Context } from "#core/baseapp/context.js";
import { Header } from "#core/codec/generated/tendermint/types.js";
import { compareMembers } from "../types/consensusSet.js";
import { toTimestamp } from "../types/time.js";
import { consensusAddressOf, consensusPower, toValidatorRecord } from "../types/validator.js";
import type { StakingState } from "./state.js";

/**
 * Remembers the block's header, as far as the state machine knows it, with the validators of the
 * next height, in CometBFT's order, and forgets what is older than `historical_entries`.
 */
export function trackHistoricalInfo(ctx: Context, state: StakingState): void {
  const kv = state.kv(ctx);
  const { historicalInfos } = state.tables;
  const entries = BigInt(state.params(ctx).historicalEntries);
  if (ctx.height >= entries) {
    const old = [...historicalInfos.iterate(kv, { end: ctx.height - entries + 1n })];
    for (const [height] of old) historicalInfos.delete(kv, height);
  }
  if (entries === 0n) return;
  const { chainId, height, timeNs, proposerAddress } = ctx.header;
  const header = Header.create({ chainId, height, time: toTimestamp(timeNs), proposerAddress });
  const ranked = state.lastPowers(ctx).map(([operator]) => {
    const validator = state.getValidator(ctx, operator);
    const power = consensusPower(validator);
    return { validator, power, consensusAddress: consensusAddressOf(validator) };
  });
  const valset = ranked.sort(compareMembers).map(({ validator }) => toValidatorRecord(validator));
  historicalInfos.set(kv, height, { header, valset });
}
