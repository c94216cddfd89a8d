import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sample } from "#modules/kernel/types/samples.js";
import { type Cluster, findCluster, type Point, type Weighing } from "./cluster.js";

function sample(...vector: readonly number[]): Sample {
  return { key: "", vectors: [Int32Array.from(vector)] };
}

/** A point of power 1. */
function point(...vector: readonly number[]): Point {
  return { sample: sample(...vector), power: 1n };
}

function find(points: readonly Point[], epsilon: bigint, weighing: Weighing = "seats") {
  return findCluster(points, { epsilon, weighing });
}

describe("the winning cluster", () => {
  test("of no answers does not exist", () => {
    expect(find([], 5n)).toBeUndefined();
  });

  test("is all answers when they are equal, and the first stands for them", () => {
    expect(find([point(7), point(7), point(7)], 1n)).toEqual({ centre: 0, members: [0, 1, 2] });
  });

  test("holds what is as far as the tolerance, half the sum of differences, and nothing farther", () => {
    const at = (distance: number): Point => point(500 + distance, 500 - distance);
    expect(find([point(500, 500), at(5)], 5n)?.members).toEqual([0, 1]);
    expect(find([point(500, 500), at(6)], 5n)?.members).toEqual([0]);
    // One step of one number is half a unit of distance.
    expect(find([point(0), point(11)], 5n)?.members).toEqual([0]);
    expect(find([point(0), point(10)], 5n)?.members).toEqual([0, 1]);
  });

  test("lies around its centre: two members may be farther from each other than from it", () => {
    const cluster = find([point(0), point(20), point(10)], 5n);
    expect(cluster).toEqual({ centre: 2, members: [0, 1, 2] });
  });

  test("has the nearest centre among those with the same members", () => {
    const cluster = find([point(0), point(9), point(4), point(5), point(4)], 10n);
    expect(cluster).toEqual({ centre: 2, members: [0, 1, 2, 3, 4] });
  });

  test("is the first of equally good ones in seat order", () => {
    expect(find([point(100), point(0), point(100), point(0)], 1n)?.members).toEqual([0, 2]);
  });

  test("has the most seats, then the most power; or the other way round", () => {
    const strong = { ...point(100), power: 9n };
    const points = [point(0), point(1), strong];
    expect(find(points, 1n, "seats")?.members).toEqual([0, 1]);
    expect(find(points, 1n, "power")?.members).toEqual([2]);
    const even = [point(0), strong];
    expect(find(even, 1n, "seats")?.members).toEqual([1]);
  });

  test("never joins answers that differ where they must be equal, or in one of several vectors", () => {
    const labelled = (key: string): Point => ({ sample: { ...sample(1), key }, power: 1n });
    expect(find([labelled("a"), labelled("b"), labelled("b")], 9n)?.members).toEqual([1, 2]);
    const double = (a: number, b: number): Point => ({
      sample: { key: "", vectors: [Int32Array.of(a), Int32Array.of(b)] },
      power: 1n,
    });
    expect(find([double(0, 0), double(2, 2)], 1n)?.members).toEqual([0, 1]);
    expect(find([double(0, 0), double(0, 3)], 1n)?.members).toEqual([0]);
  });

  test("counts exactly at the ends of the numbers' range", () => {
    const [least, most] = [-(2 ** 31), 2 ** 31 - 1];
    const ends = Array.from({ length: 16_384 }, () => least);
    const others = ends.map(() => most);
    expect(find([point(...ends), point(...others)], 999_999n)?.members).toEqual([0]);
    expect(find([point(most), point(most - 2)], 1n)?.members).toEqual([0, 1]);
  });
});

const points = fc.array(
  fc.record({
    sample: fc.record({
      key: fc.constantFrom("a", "b"),
      vectors: fc
        .array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 2 })
        .map((numbers) => [Int32Array.from(numbers)]),
    }),
    power: fc.bigInt({ min: 1n, max: 3n }),
  }),
  { minLength: 1, maxLength: 7 },
);
const rule = fc.record({
  epsilon: fc.bigInt({ min: 1n, max: 8n }),
  weighing: fc.constantFrom<Weighing>("seats", "power"),
});

/** Twice the distance, computed another way; undefined for answers that have none. */
function distance(a: Point, b: Point): bigint | undefined {
  if (a.sample.key !== b.sample.key) return undefined;
  const [mine, theirs] = [a.sample.vectors[0]!, b.sample.vectors[0]!];
  return [...mine].reduce((sum, value, index) => {
    const difference = BigInt(value) - BigInt(theirs[index]!);
    return sum + (difference < 0n ? -difference : difference);
  }, 0n);
}

/** How good the ball around an answer is, largest first. */
function quality(
  all: readonly Point[],
  centre: Point,
  given: { epsilon: bigint; weighing: Weighing },
) {
  const inside = all.filter((other) => {
    const found = distance(centre, other);
    return found !== undefined && found <= 2n * given.epsilon;
  });
  const power = inside.reduce((sum, one) => sum + one.power, 0n);
  const spread = inside.reduce((sum, one) => sum + distance(centre, one)!, 0n);
  const counts = [BigInt(inside.length), power];
  return [...(given.weighing === "seats" ? counts : counts.reverse()), -spread];
}

function compare(a: readonly bigint[], b: readonly bigint[]): number {
  const index = a.findIndex((value, place) => value !== b[place]);
  return index < 0 ? 0 : a[index]! > b[index]! ? 1 : -1;
}

describe("by any answers", () => {
  test("the best ball wins, and holds exactly what is within the tolerance of its centre", () => {
    fc.assert(
      fc.property(points, rule, (all, given) => {
        const { centre, members } = findCluster(all, given)!;
        const best = quality(all, all[centre]!, given);
        for (const [position, one] of all.entries()) {
          const other = compare(quality(all, one, given), best);
          expect(other).toBeLessThanOrEqual(0);
          if (other === 0) expect(position).toBeGreaterThanOrEqual(centre);
          const found = distance(all[centre]!, one);
          const isInside = found !== undefined && found <= 2n * given.epsilon;
          expect(members.includes(position)).toBe(isInside);
        }
      }),
    );
  });

  test("another order of the seats gives an equally good cluster, and the same one without ties", () => {
    fc.assert(
      fc.property(points, rule, fc.infiniteStream(fc.nat()), (all, given, keys) => {
        const shuffled = all
          .map((one) => ({ one, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const [a, b] = [findCluster(all, given)!, findCluster(shuffled, given)!];
        const [first, second] = [all[a.centre]!, shuffled[b.centre]!];
        const best = quality(all, first, given);
        expect(compare(quality(all, second, given), best)).toBe(0);
        const tied = all.filter((one) => compare(quality(all, one, given), best) === 0);
        if (tied.length > 1) return;
        expect(second).toBe(first);
        const members = (cluster: Cluster, list: readonly Point[]): Set<Point> =>
          new Set(cluster.members.map((position) => list[position]!));
        expect(members(b, shuffled)).toEqual(members(a, all));
      }),
    );
  });
});
