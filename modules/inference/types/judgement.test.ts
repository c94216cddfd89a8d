import { describe, expect, test } from "vitest";
import { Batch, BatchKind, Seat, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { packAbstentions } from "./abstentions.js";
import { batchRoot, NO_RECEIPT } from "./digests.js";
import { BatchJudgement, combinedVerdict, type Verdict } from "./judgement.js";

const leaf = (seed: number): Uint8Array => sha256(Uint8Array.of(seed));
const [A, B, C, X] = [leaf(1), leaf(2), leaf(3), leaf(9)] as const;
const EMPTY = new Uint8Array(0);

/** A seat that revealed these leaves; NO_RECEIPT is an abstention. */
function revealed(leaves: readonly Uint8Array[], changes: Partial<Seat> = {}): Seat {
  const missing = leaves.flatMap((one, position) => (one === NO_RECEIPT ? [position] : []));
  return Seat.create({
    status: SeatStatus.REVEALED,
    batchRoot: batchRoot(leaves),
    abstentions: packAbstentions(missing),
    ...changes,
  });
}

/** Shows the leaves, as a comparison does. */
const shown = (leaves: readonly Uint8Array[]): Seat =>
  revealed(leaves, { requestDigests: [...leaves] });

interface Case {
  readonly agreed?: readonly Uint8Array[];
  /** The agreed root, where it is not that of the agreed leaves. */
  readonly root?: Uint8Array;
  readonly finals: ReadonlyArray<Uint8Array | undefined>;
  readonly seat: Seat;
}

function verdicts({ agreed = [], root, finals, seat }: Case): Verdict[] {
  const batch = Batch.create({
    kind: BatchKind.COMMITTEE,
    requestIds: finals.map((_, index) => BigInt(index + 1)),
    agreedLeaves: [...agreed],
    agreedRoot: root ?? (agreed.includes(EMPTY) ? EMPTY : batchRoot(agreed)),
    seats: [seat],
  });
  const judgement = new BatchJudgement(batch, finals);
  const list = finals.map((_, position) => judgement.verdict(seat, position));
  expect(judgement.isWrong(seat)).toBe(list.includes("wrong"));
  return list;
}

const ABC = { agreed: [A, B, C], finals: [A, B, C] };

describe("a seat that revealed the agreed root", () => {
  test("is right for every request", () => {
    expect(verdicts({ ...ABC, seat: revealed([A, B, C]) })).toEqual(["right", "right", "right"]);
  });

  test("abstained where the agreed root has no receipt", () => {
    const root = batchRoot([A, NO_RECEIPT]);
    const seat = revealed([A, NO_RECEIPT]);
    const given = { agreed: [A, EMPTY], root, seat };
    expect(verdicts({ ...given, finals: [A, undefined] })).toEqual(["right", "abstained"]);
    // Another batch decided what this one could not.
    expect(verdicts({ ...given, finals: [A, B] })).toEqual(["right", "abstained"]);
  });
});

describe("a seat with another root", () => {
  test("is right but for its abstentions when the agreed leaves give its root with them", () => {
    const seat = revealed([A, NO_RECEIPT, C]);
    expect(verdicts({ ...ABC, seat })).toEqual(["right", "abstained", "right"]);
  });

  test("is wrong when no known leaves give its root", () => {
    expect(verdicts({ ...ABC, seat: revealed([A, X, C]) })).toContain("wrong");
    expect(verdicts({ ...ABC, seat: revealed([X, X, X]) })).toContain("wrong");
  });

  test("is wrong when it claims abstentions that its root does not have", () => {
    const seat = revealed([A, X, C], { abstentions: packAbstentions([1]) });
    expect(verdicts({ ...ABC, seat })).toContain("wrong");
  });

  test("is not wrong while the difference may lie where there is no final answer", () => {
    const agreed = [A, EMPTY];
    const seat = revealed([A, X]);
    expect(verdicts({ agreed, finals: [A, undefined], seat })).toEqual(["abstained", "abstained"]);
    expect(verdicts({ agreed, finals: [A, B], seat })).toContain("wrong");
    expect(verdicts({ agreed, finals: [A, X], seat })).toEqual(["right", "right"]);
  });

  test("is not wrong when it abstained where there is no final answer", () => {
    const given = { agreed: [A, EMPTY], finals: [A, undefined] };
    const seat = revealed([A, NO_RECEIPT]);
    expect(verdicts({ ...given, seat })).toEqual(["right", "abstained"]);
  });
});

describe("a seat that showed its digests", () => {
  test("is judged request by request", () => {
    const seat = shown([A, X, NO_RECEIPT]);
    expect(verdicts({ ...ABC, seat })).toEqual(["right", "wrong", "abstained"]);
  });

  test("is not wrong for a request that ended without agreement", () => {
    const seat = shown([A, X, C]);
    const given = { agreed: [A, EMPTY, C], finals: [A, undefined, C] };
    expect(verdicts({ ...given, seat })).toEqual(["right", "abstained", "right"]);
  });
});

describe("after a challenge that replaced an answer", () => {
  // A was agreed for the first request; X turned out to be the answer.
  const replaced = { agreed: [A, B], finals: [X, B] };

  test("who revealed the agreed root is wrong about it and right about the rest", () => {
    expect(verdicts({ ...replaced, seat: revealed([A, B]) })).toEqual(["wrong", "right"]);
  });

  test("who had the answer is right, though its root was not agreed", () => {
    expect(verdicts({ ...replaced, seat: revealed([X, B]) })).toEqual(["right", "right"]);
    const abstaining = revealed([X, NO_RECEIPT]);
    expect(verdicts({ ...replaced, seat: abstaining })).toEqual(["right", "abstained"]);
  });

  test("who abstained elsewhere is judged by what was agreed first", () => {
    const seat = revealed([A, NO_RECEIPT]);
    expect(verdicts({ ...replaced, seat })).toEqual(["wrong", "abstained"]);
  });
});

describe("a seat that did not reveal", () => {
  test.each([SeatStatus.COMMITTED, SeatStatus.VACATED, SeatStatus.WITHHELD, SeatStatus.INVALID])(
    "is silent in status %i",
    (status) => {
      const seat = revealed([A, B, C], { status });
      expect(verdicts({ ...ABC, seat })).toEqual(["silent", "silent", "silent"]);
      expect(combinedVerdict(seat, 0)).toBe("silent");
    },
  );
});

test("a kernel that aggregates by code accepts or does not, and finds nobody wrong", () => {
  const seat = revealed([A, B, NO_RECEIPT], { rejections: packAbstentions([1, 2]) });
  expect([0, 1, 2].map((position) => combinedVerdict(seat, position))).toEqual([
    "right",
    "rejected",
    "abstained",
  ]);
});
