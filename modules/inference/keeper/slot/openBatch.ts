import type { Context } from "#core/baseapp/context.js";
import {
  Batch,
  BatchKind,
  BatchStatus,
  Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import { adapterDigests } from "#modules/kernel/types/adapters.js";
import { batchDrawn } from "../../types/events.js";
import { commitPhaseHeight } from "../../types/evidence.js";
import { graceLoadingGas, loadingGas } from "../../types/loading.js";
import { reserveSeat } from "../batch/reservation.js";
import type { InferenceKeeper } from "../keeper.js";
import type { Candidate, SeatNeed } from "./eligible.js";

/** A batch about to be opened. */
export interface BatchDraft extends SeatNeed {
  readonly id: bigint;
  readonly kind: BatchKind;
  readonly versionId: Uint8Array;
  readonly requestIds: readonly bigint[];
  readonly workBeacon: Uint8Array;
  /** Blocks that the grace for commitments begins later than the gas says; none by default. */
  readonly extraGrace?: bigint;
}

/** Opens a batch with the seats that were drawn and reserves their capacity. */
export function openBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  draft: BatchDraft,
  drawn: readonly Candidate[],
): void {
  const loading = loadingOf(ctx, keeper, draft);
  const work = draft.gas + loading + backlog(ctx, keeper, drawn, draft);
  const batch = Batch.create({
    id: draft.id,
    kind: draft.kind,
    versionId: draft.versionId,
    slotHeight: ctx.height,
    requestIds: [...draft.requestIds],
    seats: drawn.map((candidate) => makeSeat(ctx, candidate, false)),
    status: BatchStatus.COMMITTING,
    gas: draft.gas,
    loadingGas: loading,
    phaseHeight: commitPhaseHeight(ctx.height, work, keeper.params(ctx)) + (draft.extraGrace ?? 0n),
    workBeacon: draft.workBeacon,
    payloadBytes: draft.payloadBytes,
  });
  keeper.setBatch(ctx, batch);
  for (const [number, seat] of batch.seats.entries()) {
    reserveSeat(ctx, keeper, batch, { seat, number });
  }
  ctx.emit(batchDrawn(batch));
}

/** What a member that has not loaded the models takes for it; of a validation job all of it. */
function loadingOf(ctx: Context, keeper: InferenceKeeper, { kind, versionId }: BatchDraft): bigint {
  const { kernel } = keeper.needs;
  const isAdapted = adapterDigests(kernel.getManifest(ctx, versionId)).length > 0;
  const models = { modelBytes: kernel.modelBytes(ctx, versionId), isAdapted };
  const isValidation = kind === BatchKind.VALIDATION;
  return isValidation ? loadingGas(models) : graceLoadingGas(models, keeper.params(ctx));
}

/**
 * Gas that the busiest of these providers has to work off before a batch, loading what it owes of
 * other versions included. Who is drawn for many batches at a time answers the last of them later,
 * and is not silent for that. With the batch it is no more than a provider may have reserved, so
 * that every request still ends before its deadline.
 */
export function backlog(
  ctx: Context,
  keeper: InferenceKeeper,
  drawn: readonly Candidate[],
  { gas, versionId }: Pick<Batch, "gas" | "versionId">,
): bigint {
  const batchOf = remembering((id: bigint) => keeper.getBatch(ctx, id));
  const works = drawn.map(({ member: { consensusAddress }, load }) => {
    const owed = keeper.owedBatchIds(ctx, consensusAddress).map(batchOf);
    return load.reservedGas + loadingOfOthers(owed, versionId);
  });
  return minBig(works.reduce(maxBig, 0n), keeper.params(ctx).providerGas - gas);
}

/** Providers mostly owe the same batches, each with a seat for every one of them. */
function remembering(read: (id: bigint) => Batch): (id: bigint) => Batch {
  const known = new Map<bigint, Batch>();
  return (id) => {
    const batch = known.get(id) ?? read(id);
    known.set(id, batch);
    return batch;
  };
}

/** Gas of loading the versions whose batches await commitments, but for one, once each. */
function loadingOfOthers(owed: readonly Batch[], own: Uint8Array): bigint {
  const others = new Map<string, bigint>();
  for (const { status, versionId, loadingGas: gas } of owed) {
    const isToLoad = status === BatchStatus.COMMITTING && !equalBytes(versionId, own);
    if (isToLoad) others.set(toHex(versionId), gas);
  }
  return [...others.values()].reduce((sum, gas) => sum + gas, 0n);
}

/** A seat as it is drawn: it owes a commitment. */
export function makeSeat(ctx: Context, candidate: Candidate, redrawn: boolean): Seat {
  return Seat.create({
    consensusAddress: candidate.member.consensusAddress,
    operatorAddress: candidate.member.operatorAddress,
    power: candidate.power,
    status: SeatStatus.WAITING,
    redrawn,
    drawnHeight: ctx.height,
  });
}
