import { FaucetFailure, faultOfFaucet } from "./faucetFailure.js";

/** A credit that a block has. */
export interface Credited {
  /** Hash of the transaction, upper-case hex. */
  readonly txhash: string;
  readonly height: bigint;
}

/** Pays several receivers; gives what became of each, in their order, and never rejects for them. */
export type PayAll = (
  receivers: readonly string[],
) => Promise<ReadonlyArray<Credited | FaucetFailure>>;

/** How much may be queued. */
export interface QueueLimits {
  /** Credits that wait for their turn; further ones are refused. */
  readonly maxWaiting: number;
  /** Credits of one transaction. */
  readonly maxBatch: number;
}

interface Waiting {
  readonly receiver: string;
  readonly settle: (outcome: Credited | FaucetFailure) => void;
}

/** Seconds after which a place in the queue is likely: a few blocks. */
const RETRY_AFTER_S = 5;

/**
 * Credits in their order. While one transaction is on its way, those that come meanwhile gather for
 * the next one: the account's sequence is used by one at a time, and a block serves many.
 */
export class CreditQueue {
  readonly #payAll: PayAll;
  readonly #limits: QueueLimits;
  #waiting: Waiting[] = [];
  #isClosed = false;
  #work: Promise<void> | undefined;

  constructor(payAll: PayAll, limits: QueueLimits) {
    this.#payAll = payAll;
    this.#limits = limits;
  }

  /** Credits that no transaction has yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Pays one receiver; fails with a {@link FaucetFailure}. */
  async credit(receiver: string): Promise<Credited> {
    if (this.#isClosed) throw stopping();
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      const message = `${this.#waiting.length} credits wait already; try again in a moment`;
      throw new FaucetFailure("too_many_waiting", message, {}, RETRY_AFTER_S);
    }
    const outcome = await new Promise<Credited | FaucetFailure>((settle) => {
      this.#waiting.push({ receiver, settle });
      this.#work ??= this.#payWaiting();
    });
    if (outcome instanceof FaucetFailure) throw outcome;
    return outcome;
  }

  /** Takes no more, refuses those that wait, and ends when the transaction on its way has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { settle } of this.#waiting.splice(0)) settle(stopping());
    await this.#work;
  }

  async #payWaiting(): Promise<void> {
    // Those that come in the same moment go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#payBatch();
    this.#work = undefined;
  }

  async #payBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, this.#limits.maxBatch);
    const outcomes = await this.#payAll(batch.map(({ receiver }) => receiver)).catch(
      (error: unknown) => batch.map(() => faultOfFaucet(error)),
    );
    for (const [index, { settle }] of batch.entries()) {
      settle(outcomes[index] ?? faultOfFaucet(new Error("no outcome")));
    }
  }
}

function stopping(): FaucetFailure {
  return new FaucetFailure("stopping", "the faucet is being stopped; nothing was sent");
}
