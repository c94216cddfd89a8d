import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import { type Batch, type Fault, FaultKind } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Participant } from "../network/participant.js";
import { ALLOWED_FAULTS } from "../scenario/conduct.js";
import { natureOf } from "../scenario/kernels.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";

/** Nobody is punished for what it cannot have done, whatever the others do. */
export function checkFaults(world: World, outcome: FinalizeBlockResponse): void {
  const events = [...outcome.events, ...outcome.txResults.flatMap((result) => result.events)];
  if (!events.some(({ type }) => type === "inference.fault_recorded")) return;
  for (const fault of faultsOf(world)) {
    const participant = world.network.participants.find(
      ({ operator }) => operator.account.operator === fault.operatorAddress,
    );
    const batch = world.keepers.inference.getBatch(world.context(), fault.batchId);
    demand(
      participant !== undefined && isDeserved(world, participant, { fault, batch }),
      "the-honest-are-safe",
      () => `${participant?.name ?? "?"} has fault ${fault.kind} in batch ${fault.batchId}`,
    );
  }
}

/** Faults recorded in the last block. */
function faultsOf(world: World): Fault[] {
  const { inference } = world.keepers;
  const kv = world.context().kv(inference.storeKey);
  return [...inference.tables.faults.iterate(kv)]
    .map(([, fault]) => fault)
    .filter(({ height }) => height === world.height);
}

function isDeserved(
  world: World,
  { character }: Participant,
  { fault, batch }: { readonly fault: Fault; readonly batch: Batch },
): boolean {
  if (ALLOWED_FAULTS[character].includes(fault.kind)) return true;
  if (fault.kind !== FaultKind.WRONG) return false;
  // The simulated runtime of these kernels is broken everywhere.
  if (natureOf(batch.versionId) === "flaky") return true;
  return areOutnumbered(world, batch);
}

/** Half of the seats are byzantine: a stated limit of committees that nobody challenges. */
function areOutnumbered({ network }: World, batch: Batch): boolean {
  const byzantine = new Set(
    network.participants
      .filter(({ character }) => character === "byzantine")
      .map(({ operator }) => operator.hex),
  );
  const seats = batch.seats.filter((seat) => byzantine.has(toHex(seat.consensusAddress)));
  return 2 * seats.length >= batch.seats.length;
}
