import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { MISSED_BLOCKS_CHUNK } from "../types/limits.js";
import { chunkKey } from "./collections.js";
import type { StakingState } from "./state.js";

/** A bit of a validator's window: whether it missed the block with an index. */
export interface WindowBit {
  readonly address: Address;
  /** From 0 to the window's length, exclusive. */
  readonly index: bigint;
}

/** Whether the block was missed. */
export function isMissed(
  ctx: Context,
  state: StakingState,
  { address, index }: WindowBit,
): boolean {
  const chunk = state.tables.missedBlocks.find(state.kv(ctx), [address, chunkOf(index)]);
  const { byte, mask } = placeOf(index);
  return ((chunk?.[byte] ?? 0) & mask) !== 0;
}

/** Sets or clears a bit that is to change. */
export function flipMissed(ctx: Context, state: StakingState, { address, index }: WindowBit): void {
  const kv = state.kv(ctx);
  const key: [Address, bigint] = [address, chunkOf(index)];
  const stored = state.tables.missedBlocks.find(kv, key);
  const chunk = stored?.slice() ?? new Uint8Array(Number(MISSED_BLOCKS_CHUNK / 8n));
  const { byte, mask } = placeOf(index);
  chunk[byte] = (chunk[byte] ?? 0) ^ mask;
  if (chunk.every((bits) => bits === 0)) state.tables.missedBlocks.delete(kv, key);
  else state.tables.missedBlocks.set(kv, key, chunk);
}

/** Forgets every missed block of a validator. */
export function clearMissed(ctx: Context, state: StakingState, address: Address): void {
  const kv = state.kv(ctx);
  const scope = { prefix: chunkKey.prefix(address) };
  for (const [key] of [...state.tables.missedBlocks.iterate(kv, scope)]) {
    state.tables.missedBlocks.delete(kv, key);
  }
}

/** Indexes of the blocks that a validator missed, ascending. */
export function missedIndexes(ctx: Context, state: StakingState, address: Address): bigint[] {
  const scope = { prefix: chunkKey.prefix(address) };
  const indexes: bigint[] = [];
  for (const [[, number], chunk] of state.tables.missedBlocks.iterate(state.kv(ctx), scope)) {
    for (let bit = 0n; bit < MISSED_BLOCKS_CHUNK; bit++) {
      const { byte, mask } = placeOf(bit);
      if (((chunk[byte] ?? 0) & mask) !== 0) indexes.push(number * MISSED_BLOCKS_CHUNK + bit);
    }
  }
  return indexes;
}

function chunkOf(index: bigint): bigint {
  return index / MISSED_BLOCKS_CHUNK;
}

function placeOf(index: bigint): { readonly byte: number; readonly mask: number } {
  const bit = index % MISSED_BLOCKS_CHUNK;
  return { byte: Number(bit / 8n), mask: 1 << Number(bit % 8n) };
}
