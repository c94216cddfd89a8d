import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { type Batch, type Seat, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { abstains } from "./abstentions.js";
import { leafCount } from "./batch.js";
import { batchRoot, NO_RECEIPT } from "./digests.js";

/** What a seat's answer to one request turned out to be. */
export type Verdict = "right" | "abstained" | "rejected" | "wrong" | "silent";

/** A leaf for each request; undefined where nobody knows it. */
type Leaves = ReadonlyArray<Uint8Array | undefined>;

/**
 * Judges every seat of a batch for every request against the final leaves (protocol.md
 * section 13).
 *
 * `finals` holds one leaf for each request, or undefined where the request ended without
 * agreement; nobody is wrong there. A seat did not show its leaves unless there was a comparison,
 * but leaves that hash to its root are its leaves. When no known leaves do, it is wrong, unless
 * the difference may lie where there is no final leaf to compare with.
 */
export class BatchJudgement {
  readonly #batch: Batch;
  readonly #finals: Leaves;
  /** What seats may have answered: what was agreed first, and what that became by challenges. */
  readonly #candidates: readonly Leaves[];
  readonly #bySeat = new Map<Seat, Leaves | "unknown" | "wrong">();
  readonly #roots = new Map<string, Uint8Array>();

  constructor(batch: Batch, finals: Leaves) {
    this.#batch = batch;
    this.#finals = finals;
    const agreed = finals.map((_, position) => present(batch.agreedLeaves[position]));
    this.#candidates = [finals.map((leaf, position) => leaf ?? agreed[position]), agreed];
  }

  verdict(seat: Seat, position: number): Verdict {
    if (seat.status !== SeatStatus.REVEALED) return "silent";
    const final = this.#finals[position];
    if (final === undefined) return "abstained";
    const leaves = this.#leavesOf(seat);
    if (leaves === "unknown") return "abstained";
    if (leaves === "wrong") return "wrong";
    const leaf = leaves[position];
    if (leaf === undefined || equalBytes(leaf, NO_RECEIPT)) return "abstained";
    return equalBytes(leaf, final) ? "right" : "wrong";
  }

  /** Whether the seat is wrong for any request of the batch. */
  isWrong(seat: Seat): boolean {
    return this.#finals.some((_, position) => this.verdict(seat, position) === "wrong");
  }

  #leavesOf(seat: Seat): Leaves | "unknown" | "wrong" {
    const known = this.#bySeat.get(seat);
    if (known !== undefined) return known;
    const found = this.#findLeaves(seat);
    this.#bySeat.set(seat, found);
    return found;
  }

  #findLeaves(seat: Seat): Leaves | "unknown" | "wrong" {
    const { agreedLeaves, agreedRoot } = this.#batch;
    const count = leafCount(this.#batch);
    if (seat.requestDigests.length === count) return seat.requestDigests;
    if (agreedLeaves.length === count && equalBytes(seat.batchRoot, agreedRoot)) {
      return agreedLeaves.map((leaf) => present(leaf) ?? NO_RECEIPT);
    }
    for (const [index, candidate] of this.#candidates.entries()) {
      const own = withAbstentions(candidate, seat);
      if (isComplete(own) && equalBytes(this.#rootOf(own, seat, index), seat.batchRoot)) return own;
    }
    const [latest] = this.#candidates;
    const proven = latest !== undefined && isComplete(withAbstentions(latest, seat));
    return proven ? "wrong" : "unknown";
  }

  /** Seats with the same abstentions share the work. */
  #rootOf(leaves: readonly Uint8Array[], seat: Seat, candidate: number): Uint8Array {
    const key = `${candidate}/${toHex(seat.abstentions)}`;
    const known = this.#roots.get(key);
    if (known !== undefined) return known;
    const root = batchRoot(leaves);
    this.#roots.set(key, root);
    return root;
  }
}

/**
 * What an answer is where members' differ lawfully and are made one: nobody is ever wrong there.
 */
export function combinedVerdict(seat: Seat, position: number): Verdict {
  if (seat.status !== SeatStatus.REVEALED) return "silent";
  if (abstains(seat.abstentions, position)) return "abstained";
  return abstains(seat.rejections, position) ? "rejected" : "right";
}

function withAbstentions(leaves: Leaves, seat: Seat): Leaves {
  return leaves.map((leaf, position) => (abstains(seat.abstentions, position) ? NO_RECEIPT : leaf));
}

function isComplete(leaves: Leaves): leaves is readonly Uint8Array[] {
  return leaves.every((leaf) => leaf !== undefined);
}

function present(leaf: Uint8Array | undefined): Uint8Array | undefined {
  return leaf === undefined || leaf.length === 0 ? undefined : leaf;
}
