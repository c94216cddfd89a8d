import { describe, expect, test } from "vitest";
import {
  type Batch,
  type Challenge,
  type Execution,
  type Fault,
  type GenesisRequest,
  type GenesisState,
  type ProviderLoad,
  type Request,
  type Result,
  type Seat,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { ChainError, ErrorFactory } from "#core/primitives/errors.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { RecordingAggregator } from "#test/harness/recordingAggregator.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testManifest } from "#test/harness/testKernel.js";
import { invalidGenesis, invalidParams } from "./errors.js";
import { defaultGenesis, validateGenesis } from "./genesis.js";

const lie = (honest: Execution): Execution => {
  const told = executionOf(Uint8Array.of(66), undefined);
  return { ...told, receipt: { ...told.receipt, workDigest: honest.receipt.workDigest } };
};

/**
 * By place: request 0 answered and under challenge, 1 escalated and waiting, 2 aggregated by code
 * and revealing, 3 committing with a provisional result in batch 3, 4 queued. Batches: 0 settled,
 * 1 settled, 2 revealing with payloads of seats, 3 revealing with its outputs.
 */
function sample(): GenesisState {
  const kernels = [testManifest({ name: "echo" }), testManifest({ name: "code", byCode: true })];
  const chain = new InferenceFixture({ kernels, aggregator: new RecordingAggregator() });
  chain.behave(0, { answer: lie });
  chain.ask();
  chain.run(5);
  chain.behave(1, { answer: lie });
  // Nothing is drawn that power decides, so that escalations wait.
  chain.staking.extraPower = 10_000n;
  chain.ask();
  chain.mute.add(3);
  chain.run(12);
  chain.mute.clear();
  chain.behave(0, {});
  chain.behave(1, {});
  chain.challenge(1n);
  chain.ask({ kernel: "code" });
  chain.ask();
  chain.run(3);
  chain.mute.add(3);
  chain.run(2);
  chain.ask();
  return chain.export();
}

const GOOD = sample();
const SHORT = new Uint8Array(31).fill(1);
const OTHER = new Uint8Array(32).fill(1);

function replace<T>(list: readonly T[], place: number, change: (one: T) => T): T[] {
  return list.map((one, index) => (index === place ? change(one) : one));
}

function entry(place: number, changes: Partial<GenesisRequest>): GenesisState {
  return { ...GOOD, requests: replace(GOOD.requests, place, (one) => ({ ...one, ...changes })) };
}

function request(place: number, changes: Partial<Request>): GenesisState {
  return entry(place, { request: { ...GOOD.requests[place]!.request, ...changes } });
}

function fees(changes: Partial<Request["fees"]>): GenesisState {
  return request(0, { fees: { ...GOOD.requests[0]!.request.fees, ...changes } });
}

function result(place: number, changes: Partial<Result>): GenesisState {
  return entry(place, { result: { ...GOOD.requests[place]!.result!, ...changes } });
}

function batch(place: number, changes: Partial<Batch>): GenesisState {
  return { ...GOOD, batches: replace(GOOD.batches, place, (one) => ({ ...one, ...changes })) };
}

function seat(place: number, changes: Partial<Seat>, number = 0): GenesisState {
  const seats = replace(GOOD.batches[place]!.seats, number, (one) => ({ ...one, ...changes }));
  return batch(place, { seats });
}

function fault(changes: Partial<Fault>): GenesisState {
  return { ...GOOD, faults: replace(GOOD.faults, 0, (one) => ({ ...one, ...changes })) };
}

function challenge(changes: Partial<Challenge>): GenesisState {
  return { ...GOOD, challenges: replace(GOOD.challenges, 0, (one) => ({ ...one, ...changes })) };
}

function provider(changes: Partial<ProviderLoad>): GenesisState {
  return { ...GOOD, providers: replace(GOOD.providers, 0, (one) => ({ ...one, ...changes })) };
}

const twice = <T>(list: readonly T[]): T[] => [...list, list[0]!];

/** Path of what is wrong, and the section. */
type Case = readonly [string, GenesisState];

function expectRefused(cases: readonly Case[]): void {
  for (const [path, genesis] of cases) {
    const error = caught(() => {
      validateGenesis(genesis);
    });
    expect(invalidGenesis.is(error), `${path}: ${String(error)}`).toBe(true);
    expect((error as ChainError).detail["at"]).toBe(`inference.${path}`);
    expect((error as ChainError).detail["problem"]).toBeTruthy();
  }
}

test("a default section and one in mid-flight pass", () => {
  validateGenesis(defaultGenesis("unes"));
  validateGenesis(GOOD);
  const { requests, batches, faults, challenges, providers, troubles } = GOOD;
  const lists = [requests, batches, faults, challenges, providers, troubles];
  expect(lists.map((list) => list.length)).toEqual([5, 4, 1, 1, 4, 1]);
  const waiting = [GOOD.escalations, GOOD.seatPayloads, GOOD.agreedPayloads];
  expect(waiting.map((list) => list.length)).toEqual([2, 3, 1]);
});

test("parameters, the beacon and ids are looked at", () => {
  const { params, beacon } = GOOD;
  const error = caught(() => {
    validateGenesis({ ...GOOD, params: { ...params, maxInputs: 0 } });
  });
  expect(invalidParams.is(error)).toBe(true);
  expectRefused([
    ["beacon.height", { ...GOOD, beacon: { ...beacon, height: -1n } }],
    ["beacon.beacon", { ...GOOD, beacon: { ...beacon, beacon: SHORT } }],
    ["next_request_id", { ...defaultGenesis("unes"), nextRequestId: 0n }],
    ["next_batch_id", { ...defaultGenesis("unes"), nextBatchId: 0n }],
    ["requests[4].request.id", { ...GOOD, nextRequestId: 5n }],
    ["batches[3].id", { ...GOOD, nextBatchId: 4n }],
    ["requests", { ...GOOD, requests: twice(GOOD.requests) }],
    ["requests", { ...GOOD, requests: GOOD.requests.toReversed() }],
    ["batches", { ...GOOD, batches: twice(GOOD.batches) }],
    ["troubles[1]", { ...GOOD, troubles: twice(GOOD.troubles) }],
    [
      "troubles[0].version_id",
      { ...GOOD, troubles: replace(GOOD.troubles, 0, (one) => ({ ...one, versionId: SHORT })) },
    ],
    [
      "troubles[0].window_height",
      { ...GOOD, troubles: replace(GOOD.troubles, 0, (one) => ({ ...one, windowHeight: -1n })) },
    ],
  ]);
});

describe("an address is looked at", () => {
  const addresses: ReadonlyArray<readonly [string, GenesisState]> = [
    ["of a requester", request(0, { requester: "nesa1" })],
    ["of a seat", seat(0, { operatorAddress: "nesa1" })],
    ["of a fault", fault({ operatorAddress: GOOD.requests[0]!.request.requester })],
    ["of a challenger", challenge({ challenger: "" })],
  ];
  test.each(addresses)("%s", (_, genesis) => {
    const expected: ErrorFactory = invalidAddress;
    const error = caught(() => {
      validateGenesis(genesis);
    });
    expect(expected.is(error), String(error)).toBe(true);
  });
});

test("requests are looked at", () => {
  expectRefused([
    ["requests[0].request.version_id", request(0, { versionId: SHORT })],
    ["requests[0].request.inputs_root", request(0, { inputsRoot: SHORT })],
    ["requests[0].request.assurance", request(0, { assurance: 0 })],
    ["requests[0].request.assurance", request(0, { assurance: 3 as never })],
    ["requests[0].request.input_count", request(0, { inputCount: 0 })],
    ["requests[0].request.input_count", request(0, { inputCount: 257 })],
    ["requests[0].request.status", request(0, { status: 0 })],
    ["requests[0].request.status", request(0, { status: 11 as never })],
    ["requests[0].request.fees.admission", fees({ admission: "" })],
    ["requests[0].request.fees.compute", fees({ compute: "-1" })],
    ["requests[0].request.fees.author", fees({ author: "1.5" })],
    ["requests[0].request.fees.priority", fees({ priority: "x" })],
    ["requests[0].request.height", request(0, { height: -1n })],
    ["requests[0].request.deadline_height", request(0, { deadlineHeight: 1n })],
    ["requests[2].request.paid", request(2, { paid: true })],
    ["requests[0].request.batch_id", request(0, { batchId: 0n })],
    ["requests[4].request.batch_id", request(4, { batchId: 1n })],
    ["requests[0].request.batch_id", request(0, { batchId: 99n })],
    ["requests[0].request.batch_id", request(0, { batchId: 2n })],
    ["requests[0].request.slot_height", request(0, { slotHeight: 0n })],
    ["requests[4].request.slot_height", request(4, { slotHeight: 3n })],
    ["requests[0].request.slot_height", request(0, { slotHeight: -3n })],
    ["requests[0].request.slot_beacon", request(0, { slotBeacon: SHORT })],
    ["requests[4].request.slot_beacon", request(4, { slotBeacon: OTHER })],
    ["requests[0].request.origin_batch_id", request(0, { originBatchId: 0n })],
    ["requests[4].request.origin_batch_id", request(4, { originBatchId: 1n })],
    ["requests[2].request.origin_batch_id", request(2, { originBatchId: 99n })],
  ]);
});

test("inputs, results and prunings are looked at", () => {
  const inputs = { inputs: [] };
  expectRefused([
    ["requests[0].inputs", entry(0, { inputs: undefined })],
    ["requests[0].inputs", entry(0, { inputs })],
    ["requests[0].inputs", entry(0, { inputs: { inputs: [OTHER] } })],
    ["requests[0].prune_height", entry(0, { pruneHeight: -1n })],
    ["requests[0].result.request_id", result(0, { requestId: 2n })],
    ["requests[0].result.status", result(0, { status: 8 })],
    ["requests[0].result.executions", result(0, { executions: [] })],
    ["requests[0].result.request_digest", result(0, { requestDigest: OTHER })],
    ["requests[0].result.height", result(0, { height: -1n })],
  ]);
  const answered = (changes: Partial<GenesisRequest>): GenesisState => {
    const given = entry(0, changes);
    const ended = { ...given.requests[0]!.request, status: 6 as const };
    return {
      ...given,
      requests: replace(given.requests, 0, (one) => ({ ...one, request: ended })),
    };
  };
  const own = GOOD.requests[0]!.result!;
  const failed = { ...GOOD.requests[0]!.request, status: 8 as const };
  expectRefused([
    ["requests[0].result", answered({ result: undefined })],
    ["requests[0].result.status", answered({ result: { ...own, status: 7 } })],
    ["requests[0].result.provisional", answered({ result: { ...own, provisional: true } })],
    ["requests[0].result", entry(0, { request: failed })],
  ]);
});

test("batches are looked at", () => {
  const { requestIds } = GOOD.batches[2]!;
  const many = Array.from({ length: 257 }, (_, index) => BigInt(index));
  expectRefused([
    ["batches[0].kind", batch(0, { kind: 0 })],
    ["batches[0].kind", batch(0, { kind: 5 as never })],
    ["batches[0].status", batch(0, { status: 0 })],
    ["batches[0].status", batch(0, { status: 7 as never })],
    ["batches[0].version_id", batch(0, { versionId: SHORT })],
    ["batches[0].request_ids", batch(0, { requestIds: [] })],
    ["batches[0].request_ids", batch(0, { kind: 4 })],
    ["batches[0].request_ids", batch(0, { requestIds: many })],
    ["batches[0].request_ids[1]", batch(0, { requestIds: [1n, 1n] })],
    ["batches[0].request_ids[1]", batch(0, { requestIds: [1n, 99n], agreedLeaves: [] })],
    ["batches[2].request_ids[1]", batch(2, { requestIds: [...requestIds, 4n] })],
    ["batches[0].seats", batch(0, { seats: [] })],
    ["batches[0].seats[4]", batch(0, { seats: twice(GOOD.batches[0]!.seats) })],
    ["batches[0].slot_height", batch(0, { slotHeight: -1n })],
    ["batches[0].phase_height", batch(0, { phaseHeight: -1n })],
    ["batches[0].closes_height", batch(0, { closesHeight: -1n })],
    ["batches[0].decline_height", batch(0, { declineHeight: -1n })],
    ["batches[0].agreed_height", batch(0, { agreedHeight: -1n })],
    ["batches[0].agreed_root", batch(0, { agreedRoot: SHORT })],
    ["batches[0].work_beacon", batch(0, { workBeacon: OTHER })],
    ["batches[0].agreed_leaves", batch(0, { agreedLeaves: [OTHER, OTHER] })],
    ["batches[0].agreed_leaves[0]", batch(0, { agreedLeaves: [SHORT] })],
    ["batches[0].aggregated_requests", batch(0, { aggregatedRequests: 2 })],
    ["batches[0].open_escalations", batch(0, { openEscalations: 0 })],
    ["batches[2].open_escalations", batch(2, { openEscalations: 1 })],
    ["requests[2].request.batch_id", batch(2, { status: 5 })],
  ]);
});

test("seats are looked at", () => {
  expectRefused([
    ["batches[0].seats[0].consensus_address", seat(0, { consensusAddress: SHORT })],
    ["batches[0].seats[0].power", seat(0, { power: 0n })],
    ["batches[0].seats[0].status", seat(0, { status: 0 })],
    ["batches[0].seats[0].status", seat(0, { status: 9 as never })],
    ["batches[0].seats[0].drawn_height", seat(0, { drawnHeight: -1n })],
    ["batches[0].seats[0].commitment", seat(0, { commitment: SHORT })],
    ["batches[0].seats[0].batch_root", seat(0, { batchRoot: SHORT })],
    // It waits and has committed; it committed without a commitment; it revealed without a root.
    ["batches[0].seats[0].status", seat(0, { status: 1 })],
    ["batches[0].seats[0].status", seat(0, { status: 2, commitment: new Uint8Array(0) })],
    ["batches[0].seats[0].status", seat(0, { batchRoot: new Uint8Array(0) })],
    ["batches[0].seats[0].abstentions", seat(0, { abstentions: Uint8Array.of(2) })],
    ["batches[0].seats[0].rejections", seat(0, { rejections: Uint8Array.of(0) })],
    ["batches[0].seats[0].request_digests", seat(0, { requestDigests: [OTHER, OTHER] })],
    ["batches[0].seats[0].request_digests[0]", seat(0, { requestDigests: [SHORT] })],
    ["batches[0].seats[0].silent_proposers[0]", seat(0, { silentProposers: [SHORT] })],
  ]);
});

test("payloads are looked at", () => {
  const [agreed] = GOOD.agreedPayloads;
  const [shown] = GOOD.seatPayloads;
  const positions = (...list: readonly number[]) =>
    list.map((position) => ({ position, executions: [] }));
  const agreedAs = (changes: object): GenesisState => ({
    ...GOOD,
    agreedPayloads: [{ ...agreed!, ...changes }],
  });
  const shownAs = (changes: object): GenesisState => ({
    ...GOOD,
    seatPayloads: replace(GOOD.seatPayloads, 0, (one) => ({ ...one, ...changes })),
  });
  const silent = GOOD.batches[2]!.seats.findIndex(({ payloadReceived }) => !payloadReceived);
  const payload = (changes: object) => ({ payload: { ...shown!.payload, ...changes } });
  expectRefused([
    ["agreed_payloads[1]", { ...GOOD, agreedPayloads: twice(GOOD.agreedPayloads) }],
    ["agreed_payloads[0].batch_id", agreedAs({ batchId: 1n })],
    ["agreed_payloads[0].batch_id", agreedAs({ batchId: 99n })],
    ["agreed_payloads[0].requests", agreedAs({ requests: positions(1) })],
    ["agreed_payloads[0].requests", agreedAs({ requests: positions(0, 0) })],
    ["seat_payloads[3]", { ...GOOD, seatPayloads: twice(GOOD.seatPayloads) }],
    ["seat_payloads[0].batch_id", shownAs({ batchId: 4n })],
    ["seat_payloads[0].batch_id", shownAs({ batchId: 99n })],
    ["seat_payloads[0].seat", shownAs({ seat: silent })],
    ["seat_payloads[0].seat", shownAs({ seat: 9 })],
    ["seat_payloads[0].payload.batch_id", shownAs(payload({ batchId: 4n }))],
    ["seat_payloads[0].payload.requests", shownAs(payload({ requests: positions(1) }))],
  ]);
});

test("escalations, challenges and faults are looked at", () => {
  const escalation = (changes: object): GenesisState => ({
    ...GOOD,
    escalations: replace(GOOD.escalations, 0, (one) => ({ ...one, ...changes })),
  });
  expectRefused([
    ["escalations[2]", { ...GOOD, escalations: twice(GOOD.escalations) }],
    ["escalations[0].request_id", escalation({ requestId: 3n })],
    ["escalations[0].request_id", escalation({ requestId: 99n })],
    ["escalations[0].origin_batch_id", escalation({ originBatchId: 2n })],
    ["escalations[0].height", escalation({ height: -1n })],
    ["challenges[1]", { ...GOOD, challenges: twice(GOOD.challenges) }],
    ["challenges[0].request_id", challenge({ requestId: 99n })],
    ["challenges[0].batch_id", challenge({ batchId: 2n })],
    ["challenges[0].member_seat", challenge({ memberSeat: 5 })],
    ["challenges[0].disputed_digest", challenge({ disputedDigest: SHORT })],
    ["challenges[0].bond", challenge({ bond: { denom: "", amount: "1" } })],
    ["challenges[0].bond", challenge({ bond: { denom: "unes", amount: "" } })],
    ["challenges[0].height", challenge({ height: -1n })],
    ["challenges[0].status", challenge({ status: 0 })],
    ["challenges[0].status", challenge({ status: 2 })],
    ["faults[1]", { ...GOOD, faults: twice(GOOD.faults) }],
    ["faults[0].seat", fault({ seat: 9 })],
    ["faults[0].seat", fault({ batchId: 99n })],
    ["faults[0].operator_address", fault({ seat: (GOOD.faults[0]!.seat + 1) % 4 })],
    ["faults[0].kind", fault({ kind: 0 })],
    ["faults[0].kind", fault({ kind: 5 as never })],
    ["faults[0].height", fault({ height: -1n })],
    ["faults[0].penalty", fault({ penalty: { denom: "unes", amount: "-1" } })],
  ]);
});

test("providers have reserved what their seats hold", () => {
  expectRefused([
    ["providers[4]", { ...GOOD, providers: twice(GOOD.providers) }],
    ["providers[0].consensus_address", provider({ consensusAddress: SHORT })],
    ["providers[0].availability_height", provider({ availabilityHeight: -1n })],
    ["providers[0].fault_window_height", provider({ faultWindowHeight: -1n })],
    ["providers[0].freed_height", provider({ freedHeight: -1n })],
    ["providers[0].open_batches", provider({ openBatches: 7 })],
    ["providers[0].reserved_gas", provider({ reservedGas: 7n })],
    ["providers[0].reserved_payload_bytes", provider({ reservedPayloadBytes: 7n })],
    ["providers", { ...GOOD, providers: GOOD.providers.slice(1) }],
  ]);
});
