import type { SeededRandom } from "#test/harness/random.js";

/** How well messages get through in one round. */
export interface Luck {
  /** Chance in a hundred that a message does not reach a node in time. */
  readonly loss: number;
  /** Precommits get lost until the round fails. */
  readonly isDoomed: boolean;
}

const FAIR: Luck = { loss: 0, isDoomed: false };

/** Rounds with ordinary losses; after them everything gets through, so that every height ends. */
const STORMY_ROUNDS = 6;

/** What the network does to the messages of one height, and to nodes. */
export class Weather {
  /** Chance in a hundred that a vote is not seen by the next proposer. */
  readonly loss: number;
  readonly #random: SeededRandom;
  readonly #doomed: number;
  readonly #crashOdds: number;

  constructor(random: SeededRandom) {
    this.#random = random;
    this.loss = random.pick([0, 0, 0, 5, 15, 30]);
    this.#doomed = random.oneIn(5) ? 1 + random.below(3) : 0;
    this.#crashOdds = random.oneIn(3) ? 12 : 0;
  }

  luckOf(round: number): Luck {
    if (round >= STORMY_ROUNDS) return FAIR;
    return { loss: this.loss, isDoomed: round < this.#doomed };
  }

  /** Whether a node's process is killed now. */
  strikes(): boolean {
    return this.#crashOdds > 0 && this.#random.oneIn(this.#crashOdds);
  }
}
