import { equalBytes } from "#core/primitives/bytes.js";
import { divFloor } from "#core/primitives/intMath.js";
import type { Batch, Params, Seat } from "#core/codec/generated/aivm/inference/v1.js";

/** What a block shows about a seat that has not said what it owes. */
export interface Observation {
  readonly proposer: Uint8Array;
  /** The block's last commit has the seat's COMMIT flag: its extension could have been carried. */
  readonly signed: boolean;
}

/** How a seat's silence ends: it goes on, is a fault, or is excused. */
export type Silence = "continues" | "fault" | "vacated";

/**
 * First height whose block could carry what the seat owes in the current phase: the phase begins
 * for all at `phase_height`, for a seat that was redrawn when its own draw allows.
 */
export function seatPhaseHeight(batch: Batch, seat: Seat, params: Params): bigint {
  if (!seat.redrawn) return batch.phaseHeight;
  const own = commitPhaseHeight(seat.drawnHeight, batch.gas + batch.loadingGas, params);
  return own > batch.phaseHeight ? own : batch.phaseHeight;
}

/**
 * First height whose block could carry commitments to work drawn at `drawnHeight`; `gas` is that of
 * the work and of what the provider has to do before it, loading the models included.
 */
export function commitPhaseHeight(drawnHeight: bigint, gas: bigint, params: Params): bigint {
  return drawnHeight + 2n + divFloor(gas, params.gasPerGraceBlock);
}

/** Adds what a block shows; `seat` is not changed. */
export function observe(seat: Seat, observation: Observation): Seat {
  const { proposer, signed } = observation;
  const known = seat.silentProposers.some((one) => equalBytes(one, proposer));
  return {
    ...seat,
    observedBlocks: seat.observedBlocks + 1,
    missedBlocks: seat.missedBlocks + (signed ? 0 : 1),
    silentProposers: signed && !known ? [...seat.silentProposers, proposer] : seat.silentProposers,
  };
}

/**
 * Judges a silent seat (protocol.md section 15), once its grace has lasted `grace_proposers`
 * blocks. A fault needs that enough different proposers could have carried its answer while it
 * signed; a seat that was down, or for which the proposers did not change, is excused.
 */
export function judgeSilence(seat: Seat, params: Params, validators: number): Silence {
  if (seat.observedBlocks < params.graceProposers) return "continues";
  if (seat.missedBlocks > 0) return "vacated";
  const needed = Math.min(params.graceProposers, validators);
  if (seat.silentProposers.length >= needed) return "fault";
  return BigInt(seat.observedBlocks) >= params.maxGraceBlocks ? "vacated" : "continues";
}

/** The seat with its evidence cleared, for the next phase. */
export function clearEvidence(seat: Seat): Seat {
  return { ...seat, observedBlocks: 0, missedBlocks: 0, silentProposers: [] };
}
