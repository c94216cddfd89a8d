import { App } from "#app/app.js";
import type { SnapshotHost } from "#app/snapshots/snapshotHost.js";
import { QueryEngine } from "#app/query/queryEngine.js";
import { storeKeyList } from "#app/stores.js";
import { wire, type Wiring } from "#app/wiring.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import type { Context } from "#core/baseapp/context.js";
import type { PruningPolicy } from "#core/store/commitWriter.js";
import type { Store } from "#core/store/store.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { openStore } from "#core/store/multistore.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { TestValidator } from "./identities.js";
import { inertAggregator } from "./aggregators.js";
import { ScriptedReceipts } from "./scriptedReceipts.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";

/** How a node of a test differs from the others. */
export interface NodeOptions {
  /** Database file; in memory without one. */
  readonly path?: string;
  readonly aggregator?: Aggregator;
  readonly receipts?: ScriptedReceipts;
  /** Every version stays readable without one. */
  readonly pruning?: PruningPolicy;
  readonly onCommit?: (height: bigint) => void;
  /** Its snapshots, made for its stores; it neither serves nor restores any without. */
  readonly snapshots?: (stores: readonly StoreKey[]) => SnapshotHost;
}

/** One node without sockets: the application with its store, keys and scripted work. */
export class MemoryNode {
  readonly validator: TestValidator;
  readonly chainId: string;
  readonly wiring: Wiring;
  readonly store: Store;
  readonly app: App;
  readonly queries: QueryEngine;
  readonly receipts: ScriptedReceipts;
  /** What went wrong in calls that answer all the same; empty unless a test provokes it. */
  readonly faults: string[] = [];

  constructor(chainId: string, validator: TestValidator, options: NodeOptions = {}) {
    this.chainId = chainId;
    this.validator = validator;
    this.receipts = options.receipts ?? new ScriptedReceipts(chainId, validator);
    this.wiring = wire({
      aggregator: options.aggregator ?? inertAggregator,
      minGasPrices: [],
      onFault: (fault) => this.faults.push(`${fault.name}: ${fault.message}\n${fault.stack ?? ""}`),
    });
    const location =
      options.path === undefined ? { memory: true as const } : { path: options.path };
    const { pruning, snapshots } = options;
    const stores = storeKeyList(this.wiring.stores);
    this.store = openStore({
      ...location,
      ...(pruning === undefined ? {} : { pruning }),
      stores,
      chainId,
    });
    this.queries = new QueryEngine({ wiring: this.wiring, reader: this.store, chainId });
    this.app = new App({
      wiring: this.wiring,
      store: this.store,
      chainId,
      validator: {
        consensusAddress: validator.address,
        prove: (publicKey, alpha) =>
          equalBytes(publicKey, validator.vrfKey) ? validator.prove(alpha) : undefined,
        receipts: this.receipts,
      },
      queries: (request) => this.queries.abciQuery(request),
      onFault: (call, error) => this.faults.push(`${call}: ${describe(error)}`),
      onCommit: (height) => {
        options.onCommit?.(height);
      },
      ...(snapshots === undefined ? {} : { snapshots: snapshots(stores) }),
    });
  }

  initChain(genesis: Uint8Array, timeNs: bigint, initialHeight = 1n): readonly ValidatorUpdate[] {
    const response = this.app.initChain({
      chainId: this.chainId,
      timeNs,
      initialHeight,
      consensusParams: {
        block: { maxBytes: 22_020_096n, maxGas: -1n },
        abci: { voteExtensionsEnableHeight: initialHeight },
      },
      validators: [],
      appState: genesis,
    });
    return response.validators;
  }

  /** A context over the latest committed state. */
  context(): Context {
    return this.queries.context(0n);
  }

  /** Lets the node's "scheduler" finish the batches it is assigned. */
  async work(): Promise<void> {
    await this.receipts.work(this.context(), this.wiring.keepers.inference);
  }
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message}\n${error.stack ?? ""}`
    : String(error);
}
