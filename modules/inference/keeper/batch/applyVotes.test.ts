import { describe, expect, test } from "vitest";
import {
  Availability,
  BatchStatus,
  FaultKind,
  type Seat,
  SeatStatus,
  type VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const OTHER = new Uint8Array(32).fill(7);

/** One request whose batch is committing; nobody says anything by itself. */
function drawn(validators = 4): InferenceFixture {
  const chain = new InferenceFixture({ validators });
  chain.ask();
  chain.run();
  for (let number = 0; number < validators; number++) chain.mute.add(number);
  return chain;
}

/** The same after all have committed, or all but those that stay silent. */
function revealing(...silent: readonly number[]): InferenceFixture {
  const chain = new InferenceFixture();
  for (const number of silent) chain.mute.add(number);
  chain.ask();
  chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.REVEALING);
  for (const number of [0, 1, 2, 3]) chain.mute.add(number);
  chain.run();
  return chain;
}

function seatOf(chain: InferenceFixture, number: number): Seat {
  return chain.batch(1n).seats[chain.seatOf(1n, number)]!;
}

/** Lets validators speak in the next block. */
function hear(
  chain: InferenceFixture,
  said: ReadonlyArray<readonly [number, Partial<VoteExtension>]>,
) {
  for (const [number, extension] of said) chain.say(number, extension);
  chain.run();
}

/** What a validator would reveal. */
function revealOf(chain: InferenceFixture, number: number) {
  const { batchRoot, salt, abstentions } = chain.receipts[number]!.findFinished(1n)!;
  return { batchId: 1n, batchRoot, salt, abstentions };
}

const commit = (commitment: Uint8Array, batchId = 1n) => ({
  commitments: [{ batchId, commitment }],
});

describe("a commitment", () => {
  test("is recorded, frees the seat's gas, and says so", () => {
    const chain = drawn();
    const { address } = chain.validators[0]!;
    expect(chain.keeper.load(chain.ctx, address).reservedGas).toBe(1_000_000n);
    hear(chain, [[0, commit(OTHER)]]);
    expect(seatOf(chain, 0)).toMatchObject({ status: SeatStatus.COMMITTED, commitment: OTHER });
    expect(chain.keeper.load(chain.ctx, address)).toMatchObject({
      reservedGas: 0n,
      openBatches: 1,
    });
    expect(chain.eventTypes()).toContain("inference.committed");
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("counts once: a different one later is noted, the same one is not", () => {
    const chain = drawn();
    hear(chain, [[0, commit(OTHER)]]);
    hear(chain, [[0, commit(OTHER)]]);
    expect(seatOf(chain, 0).conflictingCommitment).toBe(false);
    hear(chain, [[0, commit(new Uint8Array(32))]]);
    expect(seatOf(chain, 0)).toMatchObject({ commitment: OTHER, conflictingCommitment: true });
    expect(chain.eventTypes()).toContain("inference.commitment_conflicted");
    hear(chain, [[0, commit(new Uint8Array(32).fill(2))]]);
    expect(chain.eventTypes()).not.toContain("inference.commitment_conflicted");
    const { operator } = chain.validators[0]!.account;
    const own = chain.faults().filter(({ operatorAddress }) => operatorAddress === operator);
    expect(own).toEqual([]);
  });

  test("to a batch that does not exist, or without a seat in it, says nothing", () => {
    const chain = drawn(5);
    const outsider = [0, 1, 2, 3, 4].find((number) => chain.seatOf(1n, number) < 0)!;
    const before = chain.batch(1n);
    hear(chain, [
      [outsider, commit(OTHER)],
      [chain.holder(1n, 0), commit(OTHER, 99n)],
    ]);
    const { seats } = chain.batch(1n);
    expect(seats.map(({ status }) => status)).toEqual(before.seats.map(({ status }) => status));
  });
});

describe("a reveal", () => {
  test("that opens the commitment makes the seat stand for its root", () => {
    const chain = revealing();
    const reveal = revealOf(chain, 0);
    hear(chain, [[0, { reveals: [reveal] }]]);
    const expected = { status: SeatStatus.REVEALED, batchRoot: reveal.batchRoot };
    expect(seatOf(chain, 0)).toMatchObject(expected);
    expect(chain.batch(1n)).toMatchObject({ agreedHeight: 0n, agreedRoot: new Uint8Array(0) });
  });

  test.each<readonly [string, object]>([
    ["another root", { batchRoot: OTHER }],
    ["another salt", { salt: OTHER }],
    ["abstentions that are no bitmap of the batch", { abstentions: Uint8Array.of(2) }],
  ])("with %s is an invalid one and ends the seat at once", (_, changes) => {
    const chain = revealing();
    hear(chain, [[0, { reveals: [{ ...revealOf(chain, 0), ...changes }] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.INVALID);
    expect(chain.faults().map(({ kind }) => kind)).toEqual([FaultKind.INVALID]);
    const load = chain.keeper.load(chain.ctx, chain.validators[0]!.address);
    expect(load).toMatchObject({ openBatches: 0, recentFaults: 1 });
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("of another member's root and salt opens nothing", () => {
    const chain = revealing();
    hear(chain, [[0, { reveals: [revealOf(chain, 1)] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.INVALID);
  });

  test("before the commit set is frozen says nothing", () => {
    const chain = drawn();
    hear(chain, [[0, commit(OTHER)]]);
    hear(chain, [[0, { reveals: [revealOf(chain, 0)] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.COMMITTED);
    expect(chain.faults()).toEqual([]);
  });

  test("by a seat that never committed says nothing", () => {
    const chain = revealing(0);
    hear(chain, [[0, { reveals: [revealOf(chain, 0)] }]]);
    expect(seatOf(chain, 0).status).not.toBe(SeatStatus.REVEALED);
  });

  test("that completes a majority makes its root the agreed one, at that height", () => {
    const chain = revealing();
    const reveals = (numbers: readonly number[]) =>
      numbers.map((number): readonly [number, Partial<VoteExtension>] => [
        number,
        { reveals: [revealOf(chain, number)] },
      ]);
    hear(chain, reveals([0, 1]));
    expect(chain.batch(1n).agreedRoot).toEqual(new Uint8Array(0));
    hear(chain, reveals([2]));
    const { batchRoot } = revealOf(chain, 2);
    expect(chain.batch(1n)).toMatchObject({ agreedRoot: batchRoot, agreedHeight: chain.height });
  });
});

describe("availability", () => {
  const unavailable = { availability: Availability.UNAVAILABLE };
  const loadOf = (chain: InferenceFixture) =>
    chain.keeper.load(chain.ctx, chain.validators[0]!.address);

  test("that changes is noted with its height; what is known already is not", () => {
    const chain = drawn();
    hear(chain, [[0, unavailable]]);
    const since = chain.height;
    expect(loadOf(chain)).toMatchObject({ unavailable: true, availabilityHeight: since });
    hear(chain, [[0, unavailable]]);
    expect(loadOf(chain).availabilityHeight).toBe(since);
    expect(chain.eventTypes()).not.toContain("inference.availability_changed");
    hear(chain, [[0, { availability: Availability.AVAILABLE }]]);
    expect(loadOf(chain)).toMatchObject({ unavailable: false, availabilityHeight: chain.height });
  });

  test("that ends gives up every seat that has not committed", () => {
    const chain = drawn();
    hear(chain, [[0, unavailable]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.DECLINED);
    expect(loadOf(chain)).toMatchObject({ openBatches: 0, reservedGas: 0n });
    const committed = revealing();
    hear(committed, [[0, unavailable]]);
    expect(seatOf(committed, 0).status).toBe(SeatStatus.COMMITTED);
  });
});

describe("a decline", () => {
  test("gives the seat up and asks for a redraw", () => {
    const chain = drawn();
    hear(chain, [[0, { declines: [1n] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.DECLINED);
    expect(chain.batch(1n)).toMatchObject({ pendingRedraws: 1, declinedSeats: 1 });
    expect(chain.faults()).toEqual([]);
  });

  test("after a commitment says nothing", () => {
    const chain = drawn();
    hear(chain, [[0, commit(OTHER)]]);
    hear(chain, [[0, { declines: [1n] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.COMMITTED);
  });

  test("beside a commitment in one extension comes first", () => {
    const chain = drawn();
    hear(chain, [[0, { declines: [1n], ...commit(OTHER) }]]);
    expect(seatOf(chain, 0)).toMatchObject({
      status: SeatStatus.DECLINED,
      commitment: new Uint8Array(0),
    });
  });
});

describe("request digests", () => {
  /** Two answers, two seats each: the batch is being compared. */
  function comparing(): InferenceFixture {
    const chain = new InferenceFixture();
    for (const number of [0, 1]) {
      chain.behave(number, {
        answer: (_, { id }) => executionOf(Uint8Array.of(9, Number(id)), undefined),
      });
    }
    chain.ask();
    chain.ask({ inputs: [testInput(5)] });
    chain.runUntil(() => chain.keeper.findBatch(chain.ctx, 1n)?.status === BatchStatus.COMPARING);
    for (const number of [0, 1, 2, 3]) chain.mute.add(number);
    chain.run();
    return chain;
  }
  const leavesOf = (chain: InferenceFixture, number: number): Uint8Array[] => [
    ...chain.receipts[number]!.findFinished(1n)!.leaves,
  ];

  test("under the revealed root are recorded", () => {
    const chain = comparing();
    const digests = leavesOf(chain, 0);
    hear(chain, [[0, { requestDigests: [{ batchId: 1n, digests }] }]]);
    expect(seatOf(chain, 0)).toMatchObject({
      status: SeatStatus.REVEALED,
      requestDigests: digests,
    });
    // What is recorded is not judged again.
    hear(chain, [[0, { requestDigests: [{ batchId: 1n, digests: [OTHER, OTHER] }] }]]);
    expect(seatOf(chain, 0).requestDigests).toEqual(digests);
  });

  test.each<readonly [string, (leaves: Uint8Array[]) => Uint8Array[]]>([
    ["too few", (leaves) => leaves.slice(1)],
    ["too many", (leaves) => [...leaves, OTHER]],
    ["others", (leaves) => [leaves[0]!, OTHER]],
    ["out of order", (leaves) => leaves.toReversed()],
  ])("that are %s make the seat invalid", (_, change) => {
    const chain = comparing();
    const digests = change(leavesOf(chain, 0));
    hear(chain, [[0, { requestDigests: [{ batchId: 1n, digests }] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.INVALID);
  });

  test("while the batch is not compared say nothing", () => {
    const chain = revealing();
    hear(chain, [[0, { reveals: [revealOf(chain, 0)] }]]);
    hear(chain, [[0, { requestDigests: [{ batchId: 1n, digests: [OTHER] }] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.REVEALED);
  });
});

describe("a seat's own payload", () => {
  function ensemble(): InferenceFixture {
    const chain = new InferenceFixture({ kernels: [testManifest({ name: "echo", byCode: true })] });
    chain.ask();
    chain.run(3);
    for (const number of [0, 1, 2, 3]) chain.mute.add(number);
    chain.run();
    return chain;
  }
  const payloadOf = (chain: InferenceFixture, number: number) => {
    const { executions } = chain.receipts[number]!.findFinished(1n)!;
    return { batchId: 1n, requests: [{ position: 0, executions: [...executions[0]!] }] };
  };

  test("counts with its reveal, in one block or in two", () => {
    const chain = ensemble();
    hear(chain, [
      [0, { reveals: [revealOf(chain, 0)], payloads: [payloadOf(chain, 0)] }],
      [1, { reveals: [revealOf(chain, 1)] }],
      [2, { payloads: [payloadOf(chain, 2)] }],
    ]);
    const statuses = [0, 1, 2].map((number) => seatOf(chain, number).status);
    const { COMMITTED, REVEALED } = SeatStatus;
    expect(statuses).toEqual([REVEALED, COMMITTED, COMMITTED]);
    hear(chain, [[1, { payloads: [payloadOf(chain, 1)] }]]);
    expect(seatOf(chain, 1)).toMatchObject({ status: REVEALED, payloadReceived: true });
    expect(chain.keeper.findSeatPayload(chain.ctx, 1n, chain.seatOf(1n, 1))).toEqual(
      payloadOf(chain, 1),
    );
  });

  test.each<readonly [string, (requests: ReturnType<typeof payloadOf>["requests"]) => object[]]>([
    ["without the answer that its root has", () => []],
    [
      "with another answer",
      ([first]) => [{ ...first!, executions: [executionOf(Uint8Array.of(1), undefined)] }],
    ],
    ["of another shape", ([first]) => [{ ...first!, position: 1 }]],
  ])("%s is ignored", (_, change) => {
    const chain = ensemble();
    const requests = change(payloadOf(chain, 0).requests) as never;
    hear(chain, [[0, { reveals: [revealOf(chain, 0)], payloads: [{ batchId: 1n, requests }] }]]);
    expect(seatOf(chain, 0).status).toBe(SeatStatus.COMMITTED);
    expect(chain.faults()).toEqual([]);
  });
});
