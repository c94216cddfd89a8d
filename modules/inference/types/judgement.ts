import { equalBytes } from "#core/primitives/bytes.js";
import { type Batch, type Seat, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { abstains } from "./abstentions.js";
import { leafCount } from "./batch.js";
import { batchRoot, NO_RECEIPT } from "./digests.js";

/** What a seat's answer to one request turned out to be. */
export type Verdict = "right" | "abstained" | "wrong" | "silent";

/**
 * Judges every seat of a batch for every request against the final leaves.
 *
 * `finals` holds one leaf for each request, or undefined where the request ended without
 * agreement; nobody is wrong there. A seat whose leaves are unknown is wrong wherever there is a
 * final leaf: it revealed another root and did not show what was under it.
 */
export class BatchJudgement {
  readonly #batch: Batch;
  readonly #finals: ReadonlyArray<Uint8Array | undefined>;

  constructor(batch: Batch, finals: ReadonlyArray<Uint8Array | undefined>) {
    this.#batch = batch;
    this.#finals = finals;
  }

  verdict(seat: Seat, position: number): Verdict {
    if (seat.status !== SeatStatus.REVEALED) return "silent";
    const final = this.#finals[position];
    if (final === undefined) return "abstained";
    if (abstains(seat.abstentions, position)) return "abstained";
    const leaf = this.#leaves(seat)?.[position];
    if (leaf !== undefined && equalBytes(leaf, NO_RECEIPT)) return "abstained";
    return leaf !== undefined && equalBytes(leaf, final) ? "right" : "wrong";
  }

  /** Whether the seat is wrong for any request of the batch. */
  isWrong(seat: Seat): boolean {
    return this.#finals.some((_, position) => this.verdict(seat, position) === "wrong");
  }

  #leaves(seat: Seat): readonly Uint8Array[] | undefined {
    const count = leafCount(this.#batch);
    if (seat.requestDigests.length === count) return seat.requestDigests;
    const agreed = this.#batch.agreedLeaves;
    const candidates = [agreed, this.#corrected(agreed)].filter((one) => one.length === count);
    for (const candidate of candidates) {
      const own = candidate.map((leaf, position) =>
        abstains(seat.abstentions, position) ? NO_RECEIPT : leaf,
      );
      if (equalBytes(batchRoot(own), seat.batchRoot)) return own;
    }
    return undefined;
  }

  /** The agreed leaves with those that a challenge replaced. */
  #corrected(agreed: readonly Uint8Array[]): readonly Uint8Array[] {
    return agreed.map((leaf, position) => this.#finals[position] ?? leaf);
  }
}
