import type { Context } from "#core/baseapp/context.js";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { consensusAddressOf, type Validator } from "../types/validator.js";
import type { StakingState } from "./state.js";

/** Begins to judge the liveness of a validator that has just been bonded (SDK slashing hook). */
export function beginSigning(ctx: Context, state: StakingState, validator: Validator): void {
  const address = consensusAddressOf(validator);
  const existing = state.findSigningInfo(ctx, address);
  state.setSigningInfo(ctx, address, {
    address: formatAddress("consensus", address),
    indexOffset: 0n,
    jailedUntil: { seconds: 0n, nanos: 0 },
    tombstoned: false,
    missedBlocksCounter: 0n,
    ...existing,
    startHeight: ctx.height,
  });
}

/** Whether a consensus key has signed two blocks of one height and may never be used again. */
export function isTombstoned(ctx: Context, state: StakingState, address: Address): boolean {
  return state.findSigningInfo(ctx, address)?.tombstoned ?? false;
}
