import type { Context } from "#core/baseapp/context.js";
import { parseAddress } from "#core/crypto/address.js";
import {
  type AnnouncedKey,
  announceKey,
  createProvider,
  findEffectiveKey,
} from "../types/provider.js";
import type { Validator } from "../types/validator.js";
import { takeDue } from "./due.js";
import { operatorText, type StakingState } from "./state.js";

/** The key with which an operator proves the beacon of a height. */
export function findVrfKey(
  ctx: Context,
  state: StakingState,
  operatorAddress: string,
  height: bigint,
): Uint8Array | undefined {
  const provider = state.findProvider(ctx, parseAddress("operator", operatorAddress));
  return provider === undefined ? undefined : findEffectiveKey(provider, height);
}

/**
 * Registers a first key, with which the validator becomes a candidate once it is in effect, or
 * announces its replacement. A key in effect at once, at genesis, takes the place of any other.
 */
export function registerKey(
  ctx: Context,
  state: StakingState,
  validator: Validator,
  key: AnnouncedKey,
): void {
  const kv = state.kv(ctx);
  const { operator } = validator;
  const isAnnounced = key.effectiveHeight > ctx.height;
  const existing = state.findProvider(ctx, operator);
  if (existing !== undefined && isAnnounced) {
    state.setProvider(ctx, announceKey(existing, key, ctx.height));
    return;
  }
  if (existing !== undefined) {
    state.tables.keyQueue.delete(kv, [existing.vrfEffectiveHeight, operator]);
  }
  state.setProvider(ctx, createProvider(operatorText(operator), key));
  if (isAnnounced) state.tables.keyQueue.add(kv, [key.effectiveHeight, operator]);
  state.setValidator(ctx, validator);
}

/** Makes candidates of the validators whose first key is in effect at a height. */
export function putKeysToUse(ctx: Context, state: StakingState, height: bigint): void {
  const kv = state.kv(ctx);
  for (const [effective, operator] of takeDue(state.tables.keyQueue.iterate(kv), height)) {
    state.tables.keyQueue.delete(kv, [effective, operator]);
    state.setValidator(ctx, state.getValidator(ctx, operator));
  }
}
