import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  BatchKind,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { drawByPower } from "../../types/draw.js";
import type { InferenceKeeper } from "../keeper.js";
import { dequeue } from "../queue.js";
import { type Candidate, eligibleProviders, hasCapacity, hasFullPower } from "./eligible.js";
import { formGroups, type Group } from "./formGroups.js";
import { openBatch } from "./openBatch.js";

/**
 * Drains the queue into batches, as far as the slot and the providers' capacity go. Shadow
 * requests, which come last, wait as long as anything else that could be drawn is left.
 */
export function drawQueue(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  const used = new Set<string>();
  let isAnybodyLeft = false;
  for (const group of formGroups(ctx, keeper, eligibleProviders(ctx, keeper))) {
    if (group.isShadow && isAnybodyLeft) return;
    const drawn = drawCommittee(ctx, keeper, { group, beacon, used });
    isAnybodyLeft ||= drawn === undefined;
    if (drawn === undefined) continue;
    openGroup(ctx, keeper, { group, beacon, ...drawn });
    for (const { member } of drawn.seats) used.add(toHex(member.consensusAddress));
  }
}

interface Drawn {
  readonly batchId: bigint;
  readonly seats: readonly Candidate[];
}

/** Seats for a group; undefined, and the group stays queued, when providers are too few or full. */
function drawCommittee(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly group: Group; readonly beacon: Uint8Array; readonly used: ReadonlySet<string> },
): Drawn | undefined {
  const { group, beacon, used } = given;
  const params = keeper.params(ctx);
  const able = eligibleProviders(ctx, keeper).filter(({ load }) =>
    hasCapacity(load, group, params),
  );
  const { minimum, target } = group.manifest.committee;
  if (able.length < minimum) return undefined;
  if (group.assurance === Assurance.FULL) {
    const enough = hasFullPower(ctx, keeper, able);
    return enough ? { batchId: keeper.takeBatchId(ctx), seats: able } : undefined;
  }
  const count = Math.min(target, able.length);
  const fresh = able.filter(({ member }) => !used.has(toHex(member.consensusAddress)));
  const pool = fresh.length >= count ? fresh : able;
  const batchId = keeper.takeBatchId(ctx);
  return { batchId, seats: drawByPower(pool, count, { beacon, batchId, firstSeat: 0 }) };
}

function openGroup(
  ctx: Context,
  keeper: InferenceKeeper,
  given: Drawn & { readonly group: Group; readonly beacon: Uint8Array },
): void {
  const { group, beacon, batchId, seats } = given;
  const first = assertDefined(group.requests[0], "a group has a request");
  const full = group.assurance === Assurance.FULL;
  const draft = {
    id: batchId,
    kind: full ? BatchKind.FULL : BatchKind.COMMITTEE,
    versionId: first.versionId,
    requestIds: group.requests.map((request) => request.id),
    gas: group.gas,
    payloadBytes: group.payloadBytes,
    workBeacon: new Uint8Array(0),
  };
  openBatch(ctx, keeper, draft, seats);
  for (const request of group.requests) {
    dequeue(ctx, keeper, request);
    keeper.setRequest(ctx, {
      ...request,
      status: RequestStatus.COMMITTING,
      batchId,
      slotHeight: ctx.height,
      slotBeacon: seedBeacon(ctx, keeper, request) ?? beacon,
    });
  }
}

/** A shadow request has the seeds of what it repeats, or the answers could not be compared. */
function seedBeacon(
  ctx: Context,
  keeper: InferenceKeeper,
  { shadow }: Request,
): Uint8Array | undefined {
  return shadow && keeper.getRequest(ctx, shadow.requestId).slotBeacon;
}
