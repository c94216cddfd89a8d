import { doubledDistance, type Sample } from "#modules/kernel/types/samples.js";

/** An answer of a seat. */
export interface Point {
  readonly sample: Sample;
  /** Power of the seat at its draw. */
  readonly power: bigint;
}

/** What decides first: the number of seats, or their power. */
export type Weighing = "seats" | "power";

/** An answer with all answers that are within the tolerance of it, by their positions. */
export interface Cluster {
  readonly centre: number;
  /** In order; the centre is among them. */
  readonly members: readonly number[];
}

interface Ball extends Cluster {
  readonly power: bigint;
  /** Sum of the doubled distances of the members from the centre. */
  readonly spread: number;
}

/**
 * The winning cluster of answers in seat order; undefined when there are none. Around each answer
 * lies a ball: every answer that is no farther than `epsilon` (millionths, below 10^6) from it. The
 * ball with the most seats wins, or the most power, then the other of the two, then the one whose
 * members are nearest to its centre, then that of the first seat. Which seat gave which answer
 * decides nothing but that last tie.
 */
export function findCluster(
  points: readonly Point[],
  { epsilon, weighing }: { readonly epsilon: bigint; readonly weighing: Weighing },
): Cluster | undefined {
  const maximum = Number(2n * epsilon);
  const distances = new PairDistances(points, maximum);
  let best: Ball | undefined;
  for (const centre of points.keys()) {
    const ball = ballAround(points, distances, centre);
    if (best === undefined || isBetter(ball, best, weighing)) best = ball;
  }
  return best === undefined ? undefined : { centre: best.centre, members: best.members };
}

/** Doubled distances of pairs that are within the tolerance; each pair is measured once. */
class PairDistances {
  readonly #rows: Array<Array<number | undefined>>;

  constructor(points: readonly Point[], maximum: number) {
    this.#rows = points.map(({ sample }, index) =>
      points.slice(0, index).map((other) => doubledDistance(sample, other.sample, maximum)),
    );
  }

  between(a: number, b: number): number | undefined {
    if (a === b) return 0;
    return this.#rows[Math.max(a, b)]?.[Math.min(a, b)];
  }
}

function ballAround(points: readonly Point[], distances: PairDistances, centre: number): Ball {
  const members: number[] = [];
  let power = 0n;
  let spread = 0;
  for (const [position, point] of points.entries()) {
    const distance = distances.between(centre, position);
    if (distance === undefined) continue;
    members.push(position);
    power += point.power;
    spread += distance;
  }
  return { centre, members, power, spread };
}

function isBetter(a: Ball, b: Ball, weighing: Weighing): boolean {
  const bySeats = BigInt(a.members.length - b.members.length);
  const byPower = a.power - b.power;
  const order = weighing === "seats" ? [bySeats, byPower] : [byPower, bySeats];
  const first = order.find((difference) => difference !== 0n);
  return first === undefined ? a.spread < b.spread : first > 0n;
}
