import type { QueryResponse } from "#core/abci/responses.js";
import type { Context } from "#core/baseapp/context.js";
import type { Misbehavior } from "#core/baseapp/context.js";
import type { SeededRandom } from "#test/harness/random.js";
import { TestAccount } from "#test/harness/identities.js";
import type { Keepers } from "#app/keepers.js";
import type { Coverage } from "./coverage/coverage.js";
import type { Mempool } from "./mempool.js";
import type { Participant } from "./network/participant.js";
import type { SimNetwork } from "./network/simNetwork.js";
import type { TxDraft } from "./txDraft.js";

/** The plain accounts of a network, by what they do. */
export interface People {
  /** Owner of the kernels of the genesis file. */
  readonly author: TestAccount;
  readonly publishers: readonly TestAccount[];
  readonly users: readonly TestAccount[];
  /** Has hardly anything. */
  readonly pauper: TestAccount;
}

/** The same people in every network. */
export function makePeople(): People {
  const named = (kind: string, count: number): TestAccount[] =>
    Array.from({ length: count }, (_, index) => new TestAccount(`${kind}-${index}`));
  return {
    author: new TestAccount("author"),
    publishers: named("publisher", 3),
    users: named("user", 6),
    pauper: new TestAccount("pauper"),
  };
}

/** What operations see of a network, and how they act on it. */
export class World {
  readonly random: SeededRandom;
  readonly people: People;
  readonly network: SimNetwork;
  readonly coverage: Coverage;
  /** Evidence for the next block. */
  readonly misbehavior: Misbehavior[] = [];
  readonly #turns = new Map<string, number>();
  readonly #mempool: Mempool;
  readonly #join: (name: string) => Promise<Participant>;

  constructor(parts: {
    readonly random: SeededRandom;
    readonly people: People;
    readonly network: SimNetwork;
    readonly coverage: Coverage;
    readonly mempool: Mempool;
    readonly join: (name: string) => Promise<Participant>;
  }) {
    this.random = parts.random;
    this.people = parts.people;
    this.network = parts.network;
    this.coverage = parts.coverage;
    this.#mempool = parts.mempool;
    this.#join = parts.join;
  }

  get chainId(): string {
    return this.network.chainId;
  }

  /** Height of the state that operations read. */
  get height(): bigint {
    return this.network.height;
  }

  get keepers(): Keepers {
    return this.network.observer.wiring.keepers;
  }

  /** Every plain account. */
  get everybody(): readonly TestAccount[] {
    const { author, publishers, users, pauper } = this.people;
    return [author, ...publishers, ...users, pauper];
  }

  /** The latest committed state. */
  context(): Context {
    return this.network.observer.context();
  }

  /** A query of the latest committed state. */
  query(path: string, data: Uint8Array): QueryResponse {
    return this.network.observer.query(path, data, 0n);
  }

  balance(account: TestAccount): bigint {
    return this.keepers.bank.balance(this.context(), account.address, "unes");
  }

  /** Takes turns: the next number below `count`, counted for each name from a random start. */
  turn(name: string, count: number): number {
    const next = this.#turns.get(name) ?? this.random.below(count);
    this.#turns.set(name, next + 1);
    return next % count;
  }

  /** Starts a node for a new validator. */
  join(name: string): Promise<Participant> {
    return this.#join(name);
  }

  /**
   * Sends a transaction. Half of those that a node refuses go to the proposers all the same, which
   * may order what they like.
   */
  send(operation: string, draft: TxDraft): void {
    const { observer } = this.network;
    const tx = this.#mempool.sign(observer, draft, operation);
    const result = this.#mempool.submit(observer, tx);
    this.coverage.result(result);
    if (result.code !== 0 && this.random.oneIn(2)) this.#mempool.force(tx);
  }
}
