import { describe, expect, test } from "vitest";
import { Batch, Seat, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  clearEvidence,
  commitPhaseHeight,
  judgeSilence,
  observe,
  seatPhaseHeight,
} from "./evidence.js";
import { defaultParams } from "./params.js";

const PARAMS = { ...defaultParams("unes"), graceProposers: 3, maxGraceBlocks: 6n };
const SILENT = Seat.create({ status: SeatStatus.WAITING });

/** A seat after blocks by these proposers; a negative number is a block it did not sign. */
function after(...blocks: readonly number[]): Seat {
  return blocks.reduce<Seat>(
    (seat, block) =>
      observe(seat, { proposer: Uint8Array.of(Math.abs(block)), signed: block >= 0 }),
    SILENT,
  );
}

const judge = (seat: Seat, validators = 4): string => judgeSilence(seat, PARAMS, validators);

describe("silence is judged", () => {
  test("as a fault when enough different proposers could have carried the answer", () => {
    expect(judge(after(1, 2))).toBe("continues");
    expect(judge(after(1, 2, 3))).toBe("fault");
  });

  test("not by how many blocks a single proposer made", () => {
    expect(judge(after(1, 1, 1))).toBe("continues");
    expect(judge(after(1, 1, 2, 2))).toBe("continues");
    expect(judge(after(1, 1, 2, 3))).toBe("fault");
  });

  test("by no more proposers than there are validators", () => {
    expect(judge(after(1, 2, 1), 2)).toBe("fault");
    expect(judge(after(1, 1, 1), 2)).toBe("continues");
    expect(judge(after(1, 1, 1), 1)).toBe("fault");
    expect(judge(after(1, 1), 1)).toBe("continues");
  });

  test("as excused when the seat missed any of the blocks", () => {
    expect(judge(after(1, -2))).toBe("continues");
    expect(judge(after(1, -2, 3))).toBe("vacated");
    expect(judge(after(-1, 2, 3, 1))).toBe("vacated");
  });

  test("as excused when the proposers did not change until the grace was over", () => {
    expect(judge(after(1, 2, 1, 2, 1))).toBe("continues");
    expect(judge(after(1, 2, 1, 2, 1, 2))).toBe("vacated");
    expect(judge(after(1, 2, 1, 2, 1, 3))).toBe("fault");
  });
});

describe("evidence", () => {
  test("names a proposer only while the seat signed", () => {
    const seat = after(1, -2, 3);
    expect(seat.silentProposers).toEqual([Uint8Array.of(1), Uint8Array.of(3)]);
    expect([seat.observedBlocks, seat.missedBlocks]).toEqual([3, 1]);
  });

  test("leaves the seat that it is added to alone", () => {
    after(1, 2);
    expect(SILENT).toEqual(Seat.create({ status: SeatStatus.WAITING }));
  });

  test("is gone in the next phase, and nothing else is", () => {
    const seat = { ...after(1, -2), batchRoot: Uint8Array.of(5), power: 7n };
    const cleared = { ...SILENT, batchRoot: Uint8Array.of(5), power: 7n };
    expect(clearEvidence(seat)).toEqual(cleared);
  });
});

describe("the height from which silence counts", () => {
  const params = { ...PARAMS, gasPerGraceBlock: 100n };

  test.each([
    [0n, 12n],
    [99n, 12n],
    [100n, 13n],
    [250n, 14n],
  ])("of work of %i gas drawn at 10 is %i", (gas, height) => {
    expect(commitPhaseHeight(10n, gas, params)).toBe(height);
  });

  test("of a redrawn seat allows for loading what the batch runs", () => {
    const batch = Batch.create({ phaseHeight: 13n, gas: 100n, loadingGas: 250n });
    const seat = Seat.create({ redrawn: true, drawnHeight: 20n });
    expect(seatPhaseHeight(batch, seat, params)).toBe(25n);
  });

  test("is the batch's, and for a redrawn seat that of its own draw if that is later", () => {
    const batch = Batch.create({ phaseHeight: 13n, gas: 100n });
    const redrawn = (drawnHeight: bigint): Seat => Seat.create({ redrawn: true, drawnHeight });
    expect(seatPhaseHeight(batch, Seat.create({ drawnHeight: 20n }), params)).toBe(13n);
    expect(seatPhaseHeight(batch, redrawn(20n), params)).toBe(23n);
    // Later phases of the batch begin later than its draw did.
    expect(seatPhaseHeight({ ...batch, phaseHeight: 30n }, redrawn(20n), params)).toBe(30n);
  });
});
