import { decodeExtension } from "#modules/inference/types/extension.js";
import type { BlockRequest } from "#core/abci/requests.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Character, Conduct, ConductPlan } from "../scenario/conduct.js";
import { behaviourOf } from "../scenario/conduct.js";
import { demand } from "../violation.js";
import type { SimNode } from "./simNode.js";
import type { SimOperator } from "./simOperator.js";

/** The block that a node has precommitted in some round of this height. */
export interface Lock {
  readonly request: BlockRequest;
  readonly round: number;
}

/** A validator, or one who wants to be, with its node and its character. */
export class Participant {
  readonly operator: SimOperator;
  readonly node: SimNode;
  readonly character: Character;
  conduct: Conduct = "honest";
  /** The node is down before this height. */
  offlineUntil = 0n;
  lock: Lock | undefined;
  /** How often its process was killed. */
  restarts = 0;
  /** Blocks that it replayed after it was down. */
  replayed = 0;
  readonly #plan: ConductPlan;
  readonly #commitments = new Map<bigint, string>();

  constructor(parts: {
    readonly operator: SimOperator;
    readonly node: SimNode;
    readonly character: Character;
    readonly plan: ConductPlan;
  }) {
    this.operator = parts.operator;
    this.node = parts.node;
    this.character = parts.character;
    this.#plan = parts.plan;
  }

  get name(): string {
    return this.operator.name;
  }

  isOnline(height: bigint): boolean {
    return this.offlineUntil <= height;
  }

  /** Begins a height: locks and promises of the last one are void. */
  begin(height: bigint): void {
    this.conduct = this.#plan.at(height);
    this.lock = undefined;
    this.#commitments.clear();
  }

  /** Whether a proposal may be voted for; a locked node waits for its block or a later polka. */
  mayVoteFor(request: BlockRequest, polkaRound: number): boolean {
    return this.lock === undefined || this.lock.request === request || polkaRound > this.lock.round;
  }

  /**
   * The honest extension for a block. However often the node is asked in one height, it commits to
   * the same answers.
   */
  extend(request: BlockRequest): Uint8Array {
    const { extension } = this.node.app.extendVote(request);
    for (const { batchId, commitment } of decodeExtension(extension).commitments) {
      const text = toHex(commitment);
      const before = this.#commitments.get(batchId) ?? text;
      demand(before === text, "extensions-repeat", () => `${this.name} changed batch ${batchId}`);
      this.#commitments.set(batchId, text);
    }
    return extension;
  }

  /** Lets the node's scripted scheduler work as its conduct has it. */
  async work(): Promise<void> {
    const { receipts, height } = this.node;
    if (receipts === undefined) return;
    receipts.behaviour = behaviourOf(this.name, this.conduct, height);
    await this.node.work();
  }
}
