import { BatchStatus, type GenesisState } from "#core/codec/generated/aivm/inference/v1.js";
import { invalidGenesis } from "./errors.js";
import { DIGEST_BYTES } from "./limits.js";
import { defaultParams, validateParams } from "./params.js";

/** The genesis of a chain without requests. `init` replaces the beacon by one of its own. */
export function defaultGenesis(denom: string): GenesisState {
  return {
    params: defaultParams(denom),
    beacon: { height: 0n, beacon: new Uint8Array(DIGEST_BYTES) },
    nextRequestId: 1n,
    nextBatchId: 1n,
    requests: [],
    batches: [],
    faults: [],
    challenges: [],
    providers: [],
    escalations: [],
    troubles: [],
    seatPayloads: [],
    agreedPayloads: [],
  };
}

/** Refuses references to requests and batches that are not there, and ids not given out yet. */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  if (genesis.beacon.beacon.length !== DIGEST_BYTES) {
    throw invalidGenesis({ at: "inference.beacon", problem: "not 32 bytes" });
  }
  const requests = new Set(genesis.requests.map(({ request }) => request.id));
  const batches = new Set(genesis.batches.map((batch) => batch.id));
  requireIds(requests, genesis.nextRequestId, "inference.requests");
  requireIds(batches, genesis.nextBatchId, "inference.batches");
  requireOnce(requests.size, genesis.requests.length, "inference.requests");
  requireOnce(batches.size, genesis.batches.length, "inference.batches");
  for (const [index, batch] of genesis.batches.entries()) {
    const at = `inference.batches[${index}]`;
    if (batch.status === BatchStatus.UNSPECIFIED) {
      throw invalidGenesis({ at, problem: "no status" });
    }
    requireKnown(batch.requestIds, requests, `${at}.request_ids`);
  }
  const challenged = genesis.challenges.map((challenge) => challenge.requestId);
  requireKnown(challenged, requests, "inference.challenges");
  const escalated = genesis.escalations.map((escalation) => escalation.requestId);
  requireKnown(escalated, requests, "inference.escalations");
  const payloads = [
    ...genesis.seatPayloads.map(({ batchId }) => batchId),
    ...genesis.agreedPayloads.map(({ batchId }) => batchId),
  ];
  requireKnown(payloads, batches, "inference.seat_payloads");
}

function requireIds(ids: ReadonlySet<bigint>, next: bigint, at: string): void {
  ids.forEach((id) => {
    if (id === 0n || id >= next) throw invalidGenesis({ at, problem: "id not given out", id });
  });
}

function requireOnce(different: number, listed: number, at: string): void {
  if (different !== listed) throw invalidGenesis({ at, problem: "an id occurs twice" });
}

function requireKnown(ids: readonly bigint[], known: ReadonlySet<bigint>, at: string): void {
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw invalidGenesis({ at, problem: "unknown id", id: missing });
}
