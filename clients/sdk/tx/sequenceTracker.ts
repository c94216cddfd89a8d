import type { AccountState } from "../auth/account.js";

/**
 * The sequence that the next transaction of one account takes, ahead of the last block: several
 * transactions can be in flight, because each one taken by the mempool advances it. Those who send
 * for one account through one endpoint share a tracker.
 *
 * @example
 * const sequences = new SequenceTracker();
 * const gasPrice = parseGasPrice("0unes");
 * const own = { rpc, chainId, signer, gasPrice, sequences, clock: systemClock };
 * const content = await planTx(own, messages);
 */
export class SequenceTracker {
  #next: AccountState | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs steps one after the other, as the mempool must see sequences ascend. */
  inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(step, step);
    this.#turn = turn;
    return turn;
  }

  /** Number and sequence for the next transaction; `load` asks the chain when they are not known. */
  async next(load: () => Promise<AccountState>): Promise<AccountState> {
    if (this.#next !== undefined) return this.#next;
    const loaded = await load();
    // Meanwhile a transaction may have been taken.
    this.#next ??= loaded;
    return this.#next;
  }

  /** The mempool took a transaction with the sequence of `account`. */
  taken(account: AccountState): void {
    this.#next = { ...account, sequence: account.sequence + 1n };
  }

  /** The node says which sequence it expects. */
  correct(account: AccountState, sequence: bigint): void {
    this.#next = { ...account, sequence };
  }

  /** What was known may be wrong: the chain is asked again. */
  forget(): void {
    this.#next = undefined;
  }
}
