import { describe, expect, test } from "vitest";
import {
  Batch,
  BatchKind,
  BatchStatus,
  Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  couldAgree,
  decides,
  findAgreement,
  isClosing,
  isRunning,
  isSeated,
  leafCount,
  owes,
  owingSeats,
  powerTotal,
  revealedRoot,
  seatTotal,
} from "./batch.js";

const A = Uint8Array.of(1);
const B = Uint8Array.of(2);

/** Seats with these powers. */
function seats(...powers: readonly bigint[]): Seat[] {
  return powers.map((power) => Seat.create({ power, status: SeatStatus.REVEALED }));
}

function committee(count: number, changes: Partial<Batch> = {}): Batch {
  const powers = Array.from({ length: count }, () => 10n);
  return Batch.create({ kind: BatchKind.COMMITTEE, seats: seats(...powers), ...changes });
}

describe("a committee decides", () => {
  test.each([
    [1, 0, false],
    [1, 1, true],
    [2, 1, false],
    [2, 2, true],
    [3, 2, true],
    [4, 2, false],
    [4, 3, true],
    [5, 3, true],
  ])("of %i seats %i: %s", (total, agreeing, decided) => {
    const batch = committee(total);
    expect(decides(batch, batch.seats.slice(0, agreeing))).toBe(decided);
  });

  test("by seats, whatever their power", () => {
    const batch = Batch.create({ kind: BatchKind.COMMITTEE, seats: seats(1_000n, 1n, 1n) });
    expect(decides(batch, batch.seats.slice(1))).toBe(true);
    expect(decides(batch, batch.seats.slice(0, 1))).toBe(false);
  });

  test("over all seats drawn, less those that were redrawn in place of others", () => {
    const drawn = committee(4);
    const redrawn = Seat.create({ power: 10n, status: SeatStatus.REVEALED, redrawn: true });
    const batch = { ...drawn, seats: [...drawn.seats, redrawn] };
    expect(seatTotal(batch)).toBe(4);
    expect(decides(batch, batch.seats.slice(2))).toBe(true);
    expect(decides(batch, batch.seats.slice(3))).toBe(false);
  });
});

describe("a validation job without agreement", () => {
  const job = (...roots: ReadonlyArray<Uint8Array | "silent" | "abstains">) =>
    Batch.create({
      kind: BatchKind.VALIDATION,
      seats: roots.map((root) => {
        if (root === "silent") return Seat.create({ power: 10n, status: SeatStatus.DECLINED });
        const abstentions = root === "abstains" ? Uint8Array.of(1) : new Uint8Array(0);
        const batchRoot = root === "abstains" ? A : root;
        return Seat.create({ power: 10n, status: SeatStatus.REVEALED, batchRoot, abstentions });
      }),
    });

  test.each([
    ["nobody answered", job("silent", "silent", "silent"), true],
    ["everybody abstained", job("abstains", "abstains", "abstains"), true],
    ["too few answered", job(A, A, "silent", "silent"), true],
    ["one of those who answered is alone", job(A, A, B, "silent"), true],
    ["an abstention may hide agreement", job(A, A, B, "abstains"), true],
    ["too many are against each other", job(A, B, "silent"), false],
    ["all answered", job(A, A, B, B), false],
    ["what was agreed was not shown", job(A, A, A, B), true],
  ])("could have had it: %s", (_, batch, possible) => {
    expect(couldAgree(batch)).toBe(possible);
  });
});

describe("power decides", () => {
  const kinds = [BatchKind.FULL, BatchKind.ESCALATION, BatchKind.VALIDATION];
  test.each(kinds)("of kind %i with strictly more than two thirds", (kind) => {
    const batch = Batch.create({ kind, seats: seats(10n, 10n, 10n) });
    expect(powerTotal(batch)).toBe(30n);
    expect(decides(batch, batch.seats.slice(0, 2))).toBe(false);
    expect(decides(batch, batch.seats)).toBe(true);
    const tipped = Batch.create({ kind, seats: seats(10n, 11n, 10n) });
    expect(decides(tipped, tipped.seats.slice(0, 2))).toBe(true);
  });

  test("whatever the number of seats", () => {
    const batch = Batch.create({ kind: BatchKind.FULL, seats: seats(100n, 1n, 1n, 1n) });
    expect(decides(batch, batch.seats.slice(0, 1))).toBe(true);
    expect(decides(batch, batch.seats.slice(1))).toBe(false);
  });
});

describe("agreement", () => {
  const answers = (...values: ReadonlyArray<Uint8Array | undefined>) => {
    const batch = committee(values.length);
    return findAgreement(batch, (seat) => values[batch.seats.indexOf(seat)]);
  };

  test("is the value that more than half of the seats share", () => {
    const agreement = answers(A, B, A, A);
    expect(agreement?.value).toEqual(A);
    expect(agreement?.seats).toHaveLength(3);
  });

  test("is not there when silence is the majority", () => {
    expect(answers(A, A, undefined, undefined)).toBeUndefined();
  });

  test("is not there when values are split", () => {
    expect(answers(A, A, B, B)).toBeUndefined();
    expect(answers()).toBeUndefined();
  });

  test("compares bytes, not references", () => {
    expect(answers(Uint8Array.of(9), Uint8Array.of(9))?.value).toEqual(Uint8Array.of(9));
  });
});

describe("a phase waits", () => {
  const all = Object.values(SeatStatus).filter((status) => typeof status === "number");
  const waited = (batch: Partial<Batch>, changes: Partial<Seat> = {}) =>
    all.filter((status) => owes(Batch.create(batch), Seat.create({ status, ...changes })));

  test("for commitments of seats that have not spoken", () => {
    expect(waited({ status: BatchStatus.COMMITTING })).toEqual([SeatStatus.WAITING]);
  });

  test("for reveals of seats that committed", () => {
    expect(waited({ status: BatchStatus.REVEALING })).toEqual([SeatStatus.COMMITTED]);
  });

  test("for digests of seats that revealed and have not shown them", () => {
    const comparing = { status: BatchStatus.COMPARING, requestIds: [1n, 2n] };
    expect(waited(comparing)).toEqual([SeatStatus.REVEALED]);
    expect(waited(comparing, { requestDigests: [A, B] })).toEqual([]);
  });

  test("for nobody once answers are in", () => {
    for (const status of [BatchStatus.AGGREGATING, BatchStatus.SETTLED, BatchStatus.CLOSED]) {
      expect(waited({ status })).toEqual([]);
    }
  });

  test("for the seats that owe, in order", () => {
    const batch = Batch.create({
      status: BatchStatus.COMMITTING,
      seats: [
        Seat.create({ status: SeatStatus.COMMITTED }),
        Seat.create({ status: SeatStatus.WAITING, operatorAddress: "b" }),
        Seat.create({ status: SeatStatus.DECLINED }),
        Seat.create({ status: SeatStatus.WAITING, operatorAddress: "d" }),
      ],
    });
    expect(owingSeats(batch).map((seat) => seat.operatorAddress)).toEqual(["b", "d"]);
  });
});

describe("what a batch and its seats are", () => {
  test("a batch has a leaf for each request, a validation job one", () => {
    expect(leafCount(Batch.create({ kind: BatchKind.FULL, requestIds: [4n, 5n, 6n] }))).toBe(3);
    expect(leafCount(Batch.create({ kind: BatchKind.VALIDATION }))).toBe(1);
  });

  test("it runs until it is settled and closes when no escalation is open", () => {
    const settled = Batch.create({ status: BatchStatus.SETTLED });
    expect(isRunning(Batch.create({ status: BatchStatus.AGGREGATING }))).toBe(true);
    expect(isRunning(settled)).toBe(false);
    expect(isClosing(settled)).toBe(true);
    expect(isClosing({ ...settled, openEscalations: 1 })).toBe(false);
    expect(isClosing({ ...settled, status: BatchStatus.CLOSED })).toBe(false);
  });

  test("only a revealed seat stands for a root", () => {
    const seat = Seat.create({ status: SeatStatus.REVEALED, batchRoot: A });
    expect(revealedRoot(seat)).toEqual(A);
    expect(revealedRoot({ ...seat, status: SeatStatus.COMMITTED })).toBeUndefined();
  });

  test("a seat holds its capacity until it leaves", () => {
    const seated = [SeatStatus.WAITING, SeatStatus.COMMITTED, SeatStatus.REVEALED];
    const left = [SeatStatus.DECLINED, SeatStatus.VACATED, SeatStatus.ABSENT, SeatStatus.INVALID];
    expect(seated.map((status) => isSeated(Seat.create({ status })))).not.toContain(false);
    expect(left.map((status) => isSeated(Seat.create({ status })))).not.toContain(true);
  });
});
