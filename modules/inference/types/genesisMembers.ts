import {
  type Batch,
  ChallengeStatus,
  FaultKind,
  type GenesisState,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { isDenom } from "#core/primitives/coin.js";
import { isRunning, isSeated } from "./batch.js";
import {
  requireAmount,
  requireAt,
  requireBytes,
  requireHeight,
  requireOnce,
} from "./genesisFields.js";
import { DIGEST_BYTES } from "./limits.js";

const ADDRESS_BYTES = 20;

/** Checks faults: each of a seat that there is, at most one of each. */
export function validateFaults(genesis: GenesisState): void {
  const batches = new Map(genesis.batches.map((batch) => [batch.id, batch]));
  requireOnce(genesis.faults, ({ batchId, seat }) => `${batchId}/${seat}`, "inference.faults");
  for (const [index, fault] of genesis.faults.entries()) {
    const at = `inference.faults[${index}]`;
    parseAddress("operator", fault.operatorAddress);
    const seat = batches.get(fault.batchId)?.seats[fault.seat];
    requireAt(seat !== undefined, `${at}.seat`, "no such seat");
    const own = seat?.operatorAddress === fault.operatorAddress;
    requireAt(own, `${at}.operator_address`, "not that of the seat");
    const known = fault.kind >= FaultKind.WRONG && fault.kind <= FaultKind.INVALID;
    requireAt(known, `${at}.kind`, "unknown");
    requireHeight(fault.height, `${at}.height`);
    requireAmount(fault.penalty.amount, `${at}.penalty`);
  }
}

/** Checks challenges: one for a request, of a batch that had it; an open one is being decided. */
export function validateChallenges(genesis: GenesisState): void {
  const batches = new Map(genesis.batches.map((batch) => [batch.id, batch]));
  const requests = new Map(genesis.requests.map(({ request }) => [request.id, request]));
  requireOnce(genesis.challenges, ({ requestId }) => requestId, "inference.challenges");
  for (const [index, challenge] of genesis.challenges.entries()) {
    const at = `inference.challenges[${index}]`;
    const { requestId, batchId, bond, memberSeat, status } = challenge;
    parseAddress("account", challenge.challenger);
    const request = requests.get(requestId);
    requireAt(request !== undefined, `${at}.request_id`, "unknown request");
    const batch = batches.get(batchId);
    const had = batch?.requestIds.includes(requestId) === true;
    requireAt(had, `${at}.batch_id`, "not a batch of the request");
    requireAt(memberSeat <= (batch?.seats.length ?? 0), `${at}.member_seat`, "no such seat");
    requireBytes(challenge.disputedDigest, DIGEST_BYTES, `${at}.disputed_digest`);
    requireAt(isDenom(bond.denom), `${at}.bond`, "not a denomination");
    requireAmount(bond.amount, `${at}.bond`);
    requireHeight(challenge.height, `${at}.height`);
    const known = status >= ChallengeStatus.OPEN && status <= ChallengeStatus.WON;
    requireAt(known, `${at}.status`, "unknown");
    const escalated = request?.status === RequestStatus.ESCALATED;
    const decided = !escalated || request.originBatchId !== batchId;
    const open = status === ChallengeStatus.OPEN;
    requireAt(open !== decided, `${at}.status`, "does not fit that of the request");
  }
}

/** What the seats of running batches reserve at one provider. */
interface Reserved {
  batches: number;
  gas: bigint;
  payloadBytes: bigint;
}

/** Checks that providers have reserved what their seats hold. */
export function validateProviders(genesis: GenesisState): void {
  const reserved = reservations(genesis.batches.filter(isRunning));
  const { providers } = genesis;
  requireOnce(providers, ({ consensusAddress }) => consensusAddress, "inference.providers");
  for (const [index, load] of providers.entries()) {
    const at = `inference.providers[${index}]`;
    requireBytes(load.consensusAddress, ADDRESS_BYTES, `${at}.consensus_address`);
    requireHeight(load.availabilityHeight, `${at}.availability_height`);
    requireHeight(load.faultWindowHeight, `${at}.fault_window_height`);
    requireHeight(load.freedHeight, `${at}.freed_height`);
    const key = toHex(load.consensusAddress);
    const { batches, gas, payloadBytes } = reserved.get(key) ?? nothing();
    reserved.delete(key);
    requireAt(load.openBatches === batches, `${at}.open_batches`, `not ${batches}`);
    requireAt(load.reservedGas === gas, `${at}.reserved_gas`, `not ${gas}`);
    const fits = load.reservedPayloadBytes === payloadBytes;
    requireAt(fits, `${at}.reserved_payload_bytes`, `not ${payloadBytes}`);
  }
  requireAt(reserved.size === 0, "inference.providers", "one with a seat is missing");
}

function reservations(batches: readonly Batch[]): Map<string, Reserved> {
  const reserved = new Map<string, Reserved>();
  for (const batch of batches) {
    for (const seat of batch.seats.filter(isSeated)) {
      const key = toHex(seat.consensusAddress);
      const total = reserved.get(key) ?? nothing();
      total.batches += 1;
      // Gas is held until the seat commits, the rest until it leaves.
      if (seat.commitment.length === 0) total.gas += batch.gas;
      total.payloadBytes += batch.payloadBytes;
      reserved.set(key, total);
    }
  }
  return reserved;
}

function nothing(): Reserved {
  return { batches: 0, gas: 0n, payloadBytes: 0n };
}
