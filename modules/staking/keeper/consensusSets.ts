import type { Context } from "#core/baseapp/context.js";
import { type ConsensusMember, ConsensusSet } from "#core/codec/generated/aivm/staking/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { compareMembers, toMember } from "../types/consensusSet.js";
import { CONSENSUS_SET_HISTORY } from "../types/limits.js";
import type { StakingState } from "./state.js";

/** Updates of block h act at h + 2: CometBFT has named the validators of h + 1 in block h. */
export const UPDATE_DELAY = 2n;

/**
 * The latest set recorded for a height or before. None for heights beyond the next two, whose
 * validators nobody knows, nor for those whose records are pruned.
 */
export function findConsensusSet(
  ctx: Context,
  state: StakingState,
  height: bigint,
): ConsensusSet | undefined {
  if (height < 0n || height > ctx.height + UPDATE_DELAY) return undefined;
  const scope = { end: height + 1n, order: "descending" } as const;
  const [latest] = state.tables.consensusSets.iterate(state.kv(ctx), scope);
  return latest?.[1];
}

/** Records the present set, which signs from the height on. */
export function recordConsensusSet(ctx: Context, state: StakingState, height: bigint): void {
  const members = currentMembers(ctx, state);
  state.tables.consensusSets.set(state.kv(ctx), height, { height, members });
}

/** Members of the latest set, in CometBFT's order. */
export function currentMembers(ctx: Context, state: StakingState): ConsensusMember[] {
  return state
    .lastPowers(ctx)
    .map(([operator, power]) => toMember(state.getValidator(ctx, operator), power))
    .sort(compareMembers);
}

/**
 * Records the set with which a chain begins: it signs the initial height and the next. Records of
 * later heights can only come from the chain whose state was exported, which went another way.
 */
export function recordInitialSet(ctx: Context, state: StakingState): void {
  const { consensusSets } = state.tables;
  const kv = state.kv(ctx);
  const sets = beginningWith(currentMembers(ctx, state), ctx.height, allSets(ctx, state));
  for (const { height } of allSets(ctx, state)) consensusSets.delete(kv, height);
  for (const set of sets) consensusSets.set(kv, set.height, set);
}

/** Sets of an exported state, with which a chain goes on at the next height. */
export function exportConsensusSets(ctx: Context, state: StakingState): ConsensusSet[] {
  return beginningWith(currentMembers(ctx, state), ctx.height + 1n, allSets(ctx, state));
}

function allSets(ctx: Context, state: StakingState): ConsensusSet[] {
  return [...state.tables.consensusSets.iterate(state.kv(ctx))].map(([, set]) => set);
}

/** The sets up to a height, from which on the given members sign. */
function beginningWith(
  members: ConsensusMember[],
  height: bigint,
  sets: readonly ConsensusSet[],
): ConsensusSet[] {
  if (members.length === 0) return [];
  const kept = sets.filter((set) => set.height <= height);
  const latest = kept.at(-1);
  if (latest !== undefined && haveSameMembers(latest.members, members)) return kept;
  return [...kept.filter((set) => set.height < height), { height, members }];
}

/** Whether two sets have the same members with the same powers; both are in set order. */
export function haveSameMembers(a: ConsensusMember[], b: ConsensusMember[]): boolean {
  const [first, second] = [a, b].map((members) => ConsensusSet.encode({ height: 0n, members }));
  return first !== undefined && second !== undefined && equalBytes(first, second);
}

/** Deletes sets that sign no height within the history any more. */
export function pruneConsensusSets(ctx: Context, state: StakingState): void {
  const horizon = ctx.height - CONSENSUS_SET_HISTORY;
  if (horizon < 0n) return;
  const { consensusSets } = state.tables;
  const kv = state.kv(ctx);
  const past = [...consensusSets.iterate(kv, { end: horizon + 1n })];
  for (const [height] of past.slice(0, -1)) consensusSets.delete(kv, height);
}
