import { App } from "#app/app.js";
import { QueryEngine } from "#app/query/queryEngine.js";
import { storeKeyList } from "#app/stores.js";
import { wire, type Wiring } from "#app/wiring.js";
import type { BlockRequest } from "#core/abci/requests.js";
import type { FinalizeBlockResponse, QueryResponse } from "#core/abci/responses.js";
import type { Context } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { ScriptedReceipts } from "#test/harness/scriptedReceipts.js";
import type { SimOperator } from "./simOperator.js";

/** What all nodes of a chain are started with. */
export interface ChainStart {
  readonly chainId: string;
  readonly timeNs: bigint;
  /** Gas of a block. */
  readonly maxGas: bigint;
  /** JSON text of `app_state`. */
  readonly appState: Uint8Array;
  readonly aggregator: Aggregator;
}

/** How a node keeps its state: without a path in memory, so that it cannot be restarted. */
export interface NodeStorage {
  readonly path?: string;
  readonly pruning?: { readonly keepRecent: number; readonly interval: number };
}

/** The parts of a node that a crash takes with it. */
interface Running {
  readonly wiring: Wiring;
  readonly store: Store;
  readonly app: App;
  readonly queries: QueryEngine;
}

/**
 * A node of the simulation: the application over its own state, without CometBFT and sockets. One
 * with a database file can be killed between any two calls and started again from the file.
 * Finished work survives, as it does in the node's own database.
 */
export class SimNode {
  readonly operator: SimOperator | undefined;
  readonly receipts: ScriptedReceipts | undefined;
  /** What went wrong in calls that answer all the same; stays empty in an honest node. */
  readonly faults: string[] = [];
  readonly #start: ChainStart;
  readonly #storage: NodeStorage;
  #running: Running;

  constructor(start: ChainStart, operator: SimOperator | undefined, storage: NodeStorage = {}) {
    this.#start = start;
    this.#storage = storage;
    this.operator = operator;
    this.receipts = operator && new ScriptedReceipts(start.chainId, operator.validator);
    this.#running = this.#open();
  }

  get isRestartable(): boolean {
    return this.#storage.path !== undefined;
  }

  get app(): App {
    return this.#running.app;
  }

  get wiring(): Wiring {
    return this.#running.wiring;
  }

  /** Last committed height; 0 before the first block. */
  get height(): bigint {
    return this.app.info().lastBlockHeight;
  }

  /** App hash of the last committed height, as the handshake tells CometBFT. */
  get appHash(): string {
    return toHex(this.app.info().lastBlockAppHash);
  }

  /** The handshake of a node without blocks; gives the first validator set. */
  initChain(): readonly ValidatorUpdate[] {
    const { chainId, timeNs, maxGas, appState } = this.#start;
    return this.app.initChain({
      chainId,
      timeNs,
      initialHeight: 1n,
      consensusParams: {
        block: { maxBytes: 22_020_096n, maxGas },
        abci: { voteExtensionsEnableHeight: 1n },
      },
      validators: [],
      appState,
    }).validators;
  }

  /** Executes a decided block and commits it. */
  execute(request: BlockRequest): FinalizeBlockResponse {
    const outcome = this.app.finalizeBlock(request);
    this.app.commit();
    return outcome;
  }

  /** Kills the process and starts it again from its database file. */
  restart(): void {
    if (!this.isRestartable) throw new Error("a node without a file cannot be restarted");
    this.close();
    this.#running = this.#open();
    if (this.height === 0n) this.initChain();
  }

  /** A context over the latest committed state. */
  context(): Context {
    return this.#running.queries.context(0n);
  }

  query(path: string, data: Uint8Array, height: bigint): QueryResponse {
    return this.app.query({ path, data, height, prove: false }) as QueryResponse;
  }

  /** Lets the scripted scheduler finish what this node's validator owes by now. */
  async work(): Promise<void> {
    if (this.height === 0n) return;
    await this.receipts?.work(this.context(), this.wiring.keepers.inference);
  }

  close(): void {
    this.#running.store.close();
  }

  #open(): Running {
    const { chainId, aggregator } = this.#start;
    const { path, pruning } = this.#storage;
    const wiring = wire({
      aggregator,
      minGasPrices: [],
      onFault: (fault) => {
        this.#note("a transaction", fault);
      },
    });
    const store = openStore({
      ...(path === undefined ? { memory: true as const } : { path }),
      ...(pruning === undefined ? {} : { pruning }),
      stores: storeKeyList(wiring.stores),
      chainId,
    });
    const queries = new QueryEngine({ wiring, reader: store, chainId });
    const { operator } = this;
    const app = new App({
      wiring,
      store,
      chainId,
      validator: {
        consensusAddress: operator?.validator.address,
        prove: (publicKey, alpha) => operator?.prove(publicKey, alpha),
        receipts: this.receipts ?? NO_WORK,
      },
      queries: (request) => queries.abciQuery(request),
      onFault: (call, error) => {
        this.#note(call, error);
      },
      onCommit: () => undefined,
    });
    return { wiring, store, app, queries };
  }

  #note(call: string, error: unknown): void {
    this.faults.push(`${call}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
  }
}

/** A full node has no seat and no work. */
const NO_WORK = {
  findFinished: () => undefined,
  hasDeclined: () => false,
  isAvailable: () => false,
};
