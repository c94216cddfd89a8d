import { describe, expect, test } from "vitest";
import {
  Assurance,
  BatchKind,
  type Params,
  RequestStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { drawByPower } from "../../types/draw.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";
import { eligibleProviders } from "./eligible.js";

const committee = (target: number, minimum = 1) => ({ target, minimum, maximum: 16 });
const kernel = (name: string, target: number, minimum = 1) =>
  testManifest({ name, committee: committee(target, minimum) });

/** Numbers of the validators that hold the seats of a batch, in seat order. */
function holders(chain: InferenceFixture, batchId: bigint): number[] {
  return chain.batch(batchId).seats.map((_, seat) => chain.holder(batchId, seat));
}

const batchesOf = (chain: InferenceFixture, ids: readonly bigint[]): bigint[] =>
  ids.map((id) => chain.request(id).batchId);

const openBatches = (chain: InferenceFixture): number =>
  chain.keeper.openBatchIds(chain.ctx).length;

function setLoad(chain: InferenceFixture, number: number, changes: object): void {
  const load = chain.keeper.load(chain.ctx, chain.validators[number]!.address);
  chain.keeper.setLoad(chain.ctx, { ...load, ...changes });
}

describe("the queue is drawn", () => {
  test("in the block after the request, with that block's beacon", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    chain.run();
    const beacon = chain.keeper.findBeacon(chain.ctx, chain.height);
    const drawn = { status: RequestStatus.COMMITTING, slotHeight: 2n, slotBeacon: beacon };
    expect(chain.request(id)).toMatchObject(drawn);
    expect(chain.batch(1n)).toMatchObject({
      kind: BatchKind.COMMITTEE,
      slotHeight: 2n,
      requestIds: [id],
      gas: 1_000_000n,
      phaseHeight: 4n,
    });
  });

  test("not in the block of the request itself, whose proposer knew the beacon", () => {
    const chain = new InferenceFixture();
    chain.run(1, () => chain.ask());
    expect(chain.request(1n).status).toBe(RequestStatus.QUEUED);
    chain.run();
    expect(chain.request(1n).status).toBe(RequestStatus.COMMITTING);
  });

  test("not at a height without a beacon", () => {
    const chain = new InferenceFixture();
    chain.ask();
    chain.withoutInjected = true;
    chain.run(2);
    expect(chain.request(1n).status).toBe(RequestStatus.QUEUED);
    expect(chain.eventTypes()).not.toContain("inference.batch_drawn");
  });

  test("by stake, from the set of the next height, in its order", () => {
    const chain = new InferenceFixture({
      validators: 7,
      kernels: [kernel("echo", 3)],
      powers: [5n, 50n, 500n, 5n, 50n, 500n, 1n],
    });
    chain.ask();
    chain.run();
    const beacon = chain.keeper.findBeacon(chain.ctx, chain.height)!;
    const members = chain.staking.members.map(({ power }, number) => ({ power, number }));
    const expected = drawByPower(members, 3, { beacon, batchId: 1n, firstSeat: 0 });
    expect(holders(chain, 1n)).toEqual(expected.map(({ number }) => number));
    const { power, status, drawnHeight } = chain.batch(1n).seats[0]!;
    expect({ power, status, drawnHeight }).toEqual({
      power: expected[0]!.power,
      status: SeatStatus.WAITING,
      drawnHeight: 2n,
    });
  });

  test("highest priority fee first, then oldest", () => {
    const slotGas = 2_000_000n;
    const chain = new InferenceFixture({ inference: { slotGas, maxBatchGas: slotGas } });
    const ids = [0n, 5n, 0n, 9n, 5n].map((priorityFee) => chain.ask({ priorityFee }));
    chain.run();
    expect(chain.batch(1n).requestIds).toEqual([ids[3], ids[1]]);
    chain.run();
    expect(chain.batch(2n).requestIds).toEqual([ids[4], ids[0]]);
    chain.run();
    expect(chain.batch(3n).requestIds).toEqual([ids[2]]);
  });

  test("into batches of one version and assurance each", () => {
    const chain = new InferenceFixture({ kernels: [kernel("echo", 4), kernel("other", 4)] });
    const ids = [
      chain.ask(),
      chain.ask({ kernel: "other" }),
      chain.ask({ assurance: Assurance.FULL }),
      chain.ask(),
    ];
    chain.run();
    expect(batchesOf(chain, ids)).toEqual([1n, 2n, 3n, 1n]);
    const kinds = [1n, 2n, 3n].map((id) => chain.batch(id).kind);
    expect(kinds).toEqual([BatchKind.COMMITTEE, BatchKind.COMMITTEE, BatchKind.FULL]);
    expect(chain.batch(1n).gas).toBe(2_000_000n);
  });

  test.each<readonly [string, Partial<Params>]>([
    ["requests", { maxBatchRequests: 2 }],
    ["gas", { maxBatchGas: 2_500_000n }],
    // Two requests of 24, 256 and 61 bytes.
    ["payload bytes", { payloadBytes: 800n }],
  ])("into no larger batches than %s allow", (_, inference) => {
    const chain = new InferenceFixture({ inference });
    const ids = [1, 2, 3].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.run(2);
    expect(chain.batch(1n).requestIds).toEqual(ids.slice(0, 2));
    expect(chain.batch(2n).requestIds).toEqual(ids.slice(2));
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("into disjoint committees while there are enough providers, then among all again", () => {
    const kernels = ["echo", "b", "c"].map((name) => kernel(name, 3));
    const chain = new InferenceFixture({ validators: 7, kernels });
    for (const name of ["echo", "b", "c"]) chain.ask({ kernel: name });
    chain.run();
    const [first, second, third] = [1n, 2n, 3n].map((id) => holders(chain, id));
    expect(new Set([...first!, ...second!]).size).toBe(6);
    expect(third).toHaveLength(3);
  });

  test("with as many seats as there are providers where the target is higher", () => {
    const chain = new InferenceFixture({ validators: 2 });
    chain.ask();
    chain.run();
    expect(holders(chain, 1n).toSorted()).toEqual([0, 1]);
  });

  test("not while fewer providers than the minimum can take it", () => {
    const chain = new InferenceFixture({ kernels: [kernel("echo", 4, 4)] });
    const id = chain.ask();
    setLoad(chain, 0, { unavailable: true });
    chain.run(2);
    expect(chain.request(id).status).toBe(RequestStatus.QUEUED);
    setLoad(chain, 0, { unavailable: false });
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.COMMITTING);
  });

  test("for FULL to all who are available, and not while they have too little power", () => {
    const chain = new InferenceFixture();
    const id = chain.ask({ assurance: Assurance.FULL });
    setLoad(chain, 0, { unavailable: true });
    setLoad(chain, 1, { unavailable: true });
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.QUEUED);
    setLoad(chain, 1, { unavailable: false });
    chain.run();
    expect(holders(chain, 1n)).toEqual([1, 2, 3]);
  });

  test("and what can no longer run expires", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    const version = chain.kernel.findHead(chain.ctx, "echo")!;
    chain.kernel.state.setVersion(chain.ctx, { ...version, suspendedUntil: 99n });
    chain.run();
    expect(chain.request(id)).toMatchObject({ status: RequestStatus.EXPIRED, paid: true });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("while a version that was deprecated since still runs", () => {
    const chain = new InferenceFixture();
    const id = chain.ask();
    const version = chain.kernel.findHead(chain.ctx, "echo")!;
    chain.kernel.state.setVersion(chain.ctx, { ...version, status: VersionStatus.DEPRECATED });
    chain.run();
    expect(chain.request(id).status).toBe(RequestStatus.COMMITTING);
  });
});

describe("capacity", () => {
  test("of gas, batches and payload bytes limits what a provider is given", () => {
    const inference = { providerBatches: 2, maxBatchRequests: 1 };
    const chain = new InferenceFixture({ validators: 1, inference });
    const ids = [1, 2, 3].map((seed) => chain.ask({ inputs: [testInput(seed)] }));
    chain.run();
    expect(ids.map((id) => chain.request(id).status)).toEqual([2, 2, 1]);
    const gas = { providerGas: 1_500_000n, maxBatchGas: 1_500_000n };
    const narrow = new InferenceFixture({ validators: 1, inference: gas });
    narrow.ask();
    narrow.ask();
    narrow.run();
    expect(openBatches(narrow)).toBe(1);
    const payload = new InferenceFixture({
      validators: 1,
      kernels: [testManifest({ name: "echo", byCode: true })],
      inference: { payloadBytes: 500n },
    });
    payload.ask();
    payload.ask();
    payload.run();
    expect(openBatches(payload)).toBe(1);
  });

  test("that this very block freed is not drawn on", () => {
    const inference = { providerBatches: 1, maxBatchRequests: 1 };
    const chain = new InferenceFixture({ validators: 1, inference });
    const [first, second] = [chain.ask(), chain.ask()];
    chain.runUntil(() => chain.request(first).status === RequestStatus.FULFILLED);
    expect(chain.request(second).status).toBe(RequestStatus.QUEUED);
    chain.run();
    expect(chain.request(second).status).toBe(RequestStatus.COMMITTING);
  });
});

describe("eligible", () => {
  const eligible = (chain: InferenceFixture): number[] =>
    eligibleProviders(chain.ctx, chain.keeper).map(({ member }) =>
      chain.validators.findIndex(
        ({ address }) => toHex(address) === toHex(member.consensusAddress),
      ),
    );

  test("is who was available before this block, whatever it says in it", () => {
    const chain = new InferenceFixture();
    const availabilityHeight = chain.height;
    setLoad(chain, 0, { unavailable: true, availabilityHeight });
    setLoad(chain, 1, { unavailable: false, availabilityHeight });
    setLoad(chain, 2, { unavailable: true });
    expect(eligible(chain)).toEqual([0, 3]);
    chain.run();
    expect(eligible(chain)).toEqual([1, 3]);
  });

  test("is who is in the sets of the next two heights", () => {
    const chain = new InferenceFixture();
    chain.staking.leave(1, chain.height + 1n);
    chain.staking.leave(2, chain.height + 2n);
    chain.staking.leave(3, chain.height + 3n);
    expect(eligible(chain)).toEqual([0, 3]);
  });
});

describe("a declined seat", () => {
  function declined(): InferenceFixture {
    const chain = new InferenceFixture({ validators: 6, kernels: [kernel("echo", 3)] });
    chain.ask();
    chain.run();
    chain.say(chain.holder(1n, 0), { declines: [1n] });
    return chain;
  }

  test("is redrawn in the next block, whose beacon nobody knew, outside the committee", () => {
    const chain = declined();
    const before = holders(chain, 1n);
    chain.run();
    expect(chain.batch(1n)).toMatchObject({ pendingRedraws: 1, declineHeight: chain.height });
    chain.run();
    expect(chain.batch(1n).pendingRedraws).toBe(0);
    const seat = chain.batch(1n).seats[3]!;
    expect(seat).toMatchObject({ redrawn: true, drawnHeight: chain.height });
    expect(before).not.toContain(chain.holder(1n, 3));
    expect(chain.eventTypes()).toContain("inference.seat_redrawn");
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("counts for the one that took its place: three of three seats are right", () => {
    const chain = declined();
    chain.runUntil(() => chain.request(1n).status === RequestStatus.FULFILLED);
    expect(chain.result(1n)).toMatchObject({ seatsAgreed: 3, seatsTotal: 3 });
    expect(chain.faults()).toEqual([]);
  });

  test("is redrawn once: who took its place and declines leaves it empty", () => {
    const chain = declined();
    chain.run(2);
    chain.mute.add(chain.holder(1n, 3));
    chain.say(chain.holder(1n, 3), { declines: [1n] });
    chain.run(2);
    expect(chain.batch(1n).seats).toHaveLength(4);
    expect(chain.batch(1n).pendingRedraws).toBe(0);
  });

  test("stays empty when there is nobody else", () => {
    const chain = new InferenceFixture({ validators: 3, kernels: [kernel("echo", 3)] });
    const id = chain.ask();
    chain.behave(0, { declines: () => true });
    chain.runUntil(() => chain.request(id).status === RequestStatus.FULFILLED);
    expect(chain.batch(1n).seats).toHaveLength(3);
    expect(chain.result(id)).toMatchObject({ seatsAgreed: 2, seatsTotal: 3 });
  });
});

describe("escalations", () => {
  /** Requests that nobody answered, waiting for their escalation. */
  function waiting(inference: Partial<Params>, kernels: readonly string[]): InferenceFixture {
    const chain = new InferenceFixture({
      inference,
      kernels: [...new Set(kernels)].map((name) => kernel(name, 4)),
    });
    for (const number of [0, 1, 2, 3]) chain.mute.add(number);
    const ids = kernels.map((name) => chain.ask({ kernel: name }));
    chain.staking.extraPower = 1_000n;
    chain.runUntil(() => ids.every((id) => chain.request(id).status === RequestStatus.ESCALATED));
    chain.run(2);
    return chain;
  }
  const escalationsOf = (chain: InferenceFixture): bigint[][] =>
    chain.keeper
      .openBatchIds(chain.ctx)
      .map((id) => chain.batch(id))
      .filter(({ kind }) => kind === BatchKind.ESCALATION)
      .map(({ requestIds }) => requestIds);

  test("wait until those who are available have enough power", () => {
    const chain = waiting({}, ["echo"]);
    expect(escalationsOf(chain)).toEqual([]);
    chain.staking.extraPower = 0n;
    chain.run();
    expect(escalationsOf(chain)).toEqual([[1n]]);
    const batch = chain.batch(chain.request(1n).batchId);
    expect(batch.seats).toHaveLength(4);
    expect(batch.workBeacon).toEqual(chain.keeper.findBeacon(chain.ctx, chain.height));
    expect(chain.request(1n)).toMatchObject({ originBatchId: 1n, slotHeight: 2n });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("are not drawn in the block that decides them, whose proposer knew the beacon", () => {
    const chain = new InferenceFixture();
    for (const number of [0, 1, 2, 3]) chain.mute.add(number);
    const id = chain.ask();
    chain.runUntil(() => chain.request(id).status === RequestStatus.ESCALATED);
    expect(chain.request(id).batchId).toBe(1n);
    chain.run();
    expect(chain.request(id).batchId).toBe(2n);
  });

  test("are drawn by version, the oldest request first, escalations_per_block at a time", () => {
    const chain = waiting({ escalationsPerBlock: 1 }, ["echo", "other", "echo"]);
    chain.staking.extraPower = 0n;
    chain.run();
    expect(escalationsOf(chain)).toEqual([[1n, 3n]]);
    chain.run();
    expect(escalationsOf(chain)).toEqual([[1n, 3n], [2n]]);
    const both = waiting({ escalationsPerBlock: 2 }, ["echo", "other"]);
    both.staking.extraPower = 0n;
    both.run();
    expect(escalationsOf(both)).toEqual([[1n], [2n]]);
  });

  test("fit a batch", () => {
    const limits = { maxBatchRequests: 2, maxBatchGas: 2_000_000n };
    const chain = waiting(limits, ["echo", "echo", "echo"]);
    chain.staking.extraPower = 0n;
    chain.run(2);
    expect(escalationsOf(chain)).toEqual([[1n, 2n], [3n]]);
  });
});

test("a batch that disagrees about all its requests is one trouble of its version", () => {
  const chain = new InferenceFixture({ inference: { escalationsToSuspend: 2 } });
  for (const number of [0, 1]) {
    chain.behave(number, {
      answer: (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 9n } }),
    });
  }
  chain.ask();
  chain.ask();
  chain.ask();
  chain.runUntil(() => chain.eventTypes().includes("inference.escalated"));
  const { suspendedUntil, id } = chain.kernel.findHead(chain.ctx, "echo")!;
  expect(suspendedUntil).toBe(0n);
  expect(chain.keeper.trouble(chain.ctx, id).escalations).toBe(1);
});

test("a version that keeps causing disagreement is suspended, and what waits for it expires", () => {
  const chain = new InferenceFixture({
    inference: { escalationsToSuspend: 2, maxBatchRequests: 1, suspensionBlocks: 50n },
  });
  for (const number of [0, 1]) {
    chain.behave(number, {
      answer: (honest) => ({ ...honest, receipt: { ...honest.receipt, gasUsed: 9n } }),
    });
  }
  chain.ask();
  chain.ask();
  chain.runUntil(() => chain.eventTypes().includes("inference.version_suspended"));
  const { suspendedUntil, id } = chain.kernel.findHead(chain.ctx, "echo")!;
  expect(suspendedUntil).toBe(chain.height + 50n);
  expect(chain.keeper.trouble(chain.ctx, id).escalations).toBe(0);
  expect(() => chain.ask()).toThrow("kernel version cannot be run");
});
