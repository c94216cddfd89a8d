import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { drawByPower } from "./draw.js";

const BEACON = sha256(Uint8Array.of(1));
const seed = (batchId: bigint, firstSeat = 0) => ({ beacon: BEACON, batchId, firstSeat });

const candidates = (...powers: readonly bigint[]) =>
  powers.map((power, number) => ({ power, number }));
const numbers = (drawn: ReadonlyArray<{ readonly number: number }>) =>
  drawn.map(({ number }) => number);

/** r_i of protocol.md section 6 modulo the remaining power, on Node's own hash. */
function pointOf(batchId: bigint, index: number, total: bigint): bigint {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const u64 = (value: bigint): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    return bytes;
  };
  const fields = [Buffer.from("aivm/draw/v1"), BEACON, u64(batchId), u64(BigInt(index))];
  const hash = createHash("sha256");
  for (const field of fields) hash.update(u32(field.length)).update(field);
  return BigInt(`0x${hash.digest("hex")}`) % total;
}

describe("a draw by power", () => {
  test("picks the candidate in whose interval the hash falls, among those left", () => {
    const powers = [5n, 1n, 30n, 14n];
    for (let batchId = 1n; batchId <= 20n; batchId++) {
      const left = candidates(...powers);
      const expected: number[] = [];
      for (let index = 0; index < 3; index++) {
        const total = left.reduce((sum, { power }) => sum + power, 0n);
        let point = pointOf(batchId, index, total);
        const place = left.findIndex(({ power }) => {
          if (point < power) return true;
          point -= power;
          return false;
        });
        expected.push(left.splice(place, 1)[0]!.number);
      }
      expect(numbers(drawByPower(candidates(...powers), 3, seed(batchId)))).toEqual(expected);
    }
  });

  test("draws nobody twice and everybody in the end", () => {
    const drawn = drawByPower(candidates(1n, 2n, 3n, 4n, 5n), 5, seed(3n));
    expect(numbers(drawn).toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test("draws in proportion to power", () => {
    const counts = [0, 0, 0];
    for (let batchId = 1n; batchId <= 6_000n; batchId++) {
      const [first] = drawByPower(candidates(1n, 2n, 3n), 1, seed(batchId));
      counts[first!.number]!++;
    }
    // Six times the standard deviation of a fair draw, at most 38.
    expect(Math.abs(counts[0]! - 1_000)).toBeLessThan(230);
    expect(Math.abs(counts[1]! - 2_000)).toBeLessThan(230);
    expect(Math.abs(counts[2]! - 3_000)).toBeLessThan(230);
  });

  test("shares no randomness with another batch, beacon or with seats drawn before", () => {
    const many = Array.from({ length: 50 }, () => 10n);
    const drawn = (from: ReturnType<typeof seed>) =>
      numbers(drawByPower(candidates(...many), 10, from)).join();
    const other = { ...seed(1n), beacon: sha256(Uint8Array.of(2)) };
    expect(new Set([seed(1n), seed(2n), seed(1n, 10), other].map(drawn)).size).toBe(4);
  });

  test("leaves the candidates alone and needs enough of them", () => {
    const given = candidates(1n, 1n);
    drawByPower(given, 2, seed(1n));
    expect(numbers(given)).toEqual([0, 1]);
    expect(() => drawByPower(given, 3, seed(1n))).toThrow("a draw has enough candidates");
    expect(drawByPower(given, 0, seed(1n))).toEqual([]);
  });
});
