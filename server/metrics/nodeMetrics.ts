import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the scrape asks the node for. */
export interface WatchedValues {
  /** Undefined on a node that runs no kernels. */
  readonly sandbox: WatchedSandbox | undefined;
  /** Batches that this node has begun and not finished. */
  readonly openBatches: number;
  readonly queriesWaiting: number;
}

/** Memory of the sandbox' processes and how well it serves. */
export interface WatchedSandbox {
  readonly processes: number;
  /** Kernel versions that are loaded, counted in each process. */
  readonly loadedVersions: number;
  readonly loadedBytes: number;
  readonly residentBytes: number;
  /** Since the node started, as the two below: executions that found their version loaded. */
  readonly hits: number;
  readonly loads: number;
  readonly evictions: number;
}

/** A transaction's result as far as it is counted. */
export interface CountedResult {
  readonly code: number;
  readonly codespace: string;
}

/** What became of a batch that this validator was drawn for. */
export type BatchOutcome = "assigned" | "finished" | "declined";

/** Blocks take milliseconds; what takes seconds is worth an alarm. */
const BLOCK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** From a small network on an idle machine to the host's limit. */
const EXECUTION_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The metrics of a node in Prometheus' form; `docs/guides/metrics.md` lists them. Read by
 * operators, never by the state machine.
 */
export class NodeMetrics {
  readonly registry = new Registry();
  readonly #to = { registers: [this.registry] };
  #watched: (() => WatchedValues) | undefined;

  readonly #height = new Gauge({
    ...this.#to,
    name: "aivm_block_height",
    help: "Height of the last committed block.",
  });
  readonly #execution = new Histogram({
    ...this.#to,
    name: "aivm_block_execution_seconds",
    help: "Time that FinalizeBlock takes.",
    buckets: BLOCK_BUCKETS,
  });
  readonly #commit = new Histogram({
    ...this.#to,
    name: "aivm_block_commit_seconds",
    help: "Time that Commit takes, the disk included.",
    buckets: BLOCK_BUCKETS,
  });
  readonly #txs = new Counter({
    ...this.#to,
    name: "aivm_txs_total",
    help: "Transactions in executed blocks by result: ok, or codespace/code.",
    labelNames: ["result"],
  });
  readonly #checks = new Counter({
    ...this.#to,
    name: "aivm_mempool_checks_total",
    help: "Transactions checked for the mempool: new or recheck, accepted or refused.",
    labelNames: ["kind", "result"],
  });
  readonly #faults = new Counter({
    ...this.#to,
    name: "aivm_internal_faults_total",
    help: "Faults of this program that it survived, by where they happened. Report each.",
    labelNames: ["place"],
  });
  readonly #batches = new Counter({
    ...this.#to,
    name: "aivm_inference_batches_total",
    help: "Batches of this validator: assigned, finished, declined.",
    labelNames: ["outcome"],
  });
  readonly #executions = new Counter({
    ...this.#to,
    name: "aivm_inference_executions_total",
    help: "Executions that gave a receipt: ok, or failed where the kernel itself failed.",
    labelNames: ["status"],
  });
  readonly #executionTime = new Histogram({
    ...this.#to,
    name: "aivm_inference_execution_seconds",
    help: "Time from handing a request to the sandbox to its last receipt, counted for each execution.",
    buckets: EXECUTION_BUCKETS,
  });
  readonly #noReceipts = new Counter({
    ...this.#to,
    name: "aivm_inference_no_receipts_total",
    help: "Executions that this host could not finish, by reason.",
    labelNames: ["reason"],
  });
  readonly #conformance = new Gauge({
    ...this.#to,
    name: "aivm_conformance_ratio",
    help: "1 when this machine reproduces the reference results, 0 when not or not known.",
  });
  readonly #available = new Gauge({
    ...this.#to,
    name: "aivm_inference_available_ratio",
    help: "1 when this node takes batches, 0 when it declares itself unavailable.",
  });
  readonly #queries = new Counter({
    ...this.#to,
    name: "aivm_queries_total",
    help: "Queries over ABCI, gRPC and REST by result: answered, or failed for being busy, slow or faulty.",
    labelNames: ["result"],
  });

  constructor() {
    this.#gauge(
      "aivm_inference_children_count",
      "Sandbox processes that run.",
      ({ sandbox }) => sandbox?.processes ?? 0,
    );
    this.#gauge(
      "aivm_sandbox_loaded_versions_count",
      "Kernel versions that are loaded, counted in each sandbox process.",
      ({ sandbox }) => sandbox?.loadedVersions ?? 0,
    );
    this.#gauge(
      "aivm_sandbox_loaded_bytes",
      "Memory of the kernel versions that are loaded: models and what their code has touched.",
      ({ sandbox }) => sandbox?.loadedBytes ?? 0,
    );
    this.#gauge(
      "aivm_sandbox_resident_bytes",
      "Memory of the sandbox processes as they last said, shared pages counted in each.",
      ({ sandbox }) => sandbox?.residentBytes ?? 0,
    );
    this.#total(
      "aivm_sandbox_warm_hits_total",
      "Executions that found their kernel version loaded.",
      ({ hits }) => hits,
    );
    this.#total(
      "aivm_sandbox_loads_total",
      "Kernel versions loaded for executions.",
      ({ loads }) => loads,
    );
    this.#total(
      "aivm_sandbox_evictions_total",
      "Kernel versions that made room for others.",
      ({ evictions }) => evictions,
    );
    this.#gauge(
      "aivm_inference_open_batches_count",
      "Batches that this node has begun and not finished.",
      (now) => now.openBatches,
    );
    this.#gauge(
      "aivm_queries_waiting_count",
      "Queries that wait for a thread.",
      (now) => now.queriesWaiting,
    );
  }

  /** Names where the values come from that are read when somebody scrapes. */
  watch(values: () => WatchedValues): void {
    this.#watched = values;
  }

  blockExecuted(seconds: number, results: readonly CountedResult[]): void {
    this.#execution.observe(seconds);
    for (const { code, codespace } of results) {
      this.#txs.inc({ result: code === 0 ? "ok" : `${codespace}/${code}` });
    }
  }

  blockCommitted(height: bigint, seconds: number): void {
    this.#height.set(Number(height));
    this.#commit.observe(seconds);
  }

  /** Sets the height of a node that starts with a state. */
  startedAt(height: bigint): void {
    this.#height.set(Number(height));
  }

  mempoolChecked(kind: "new" | "recheck", accepted: boolean): void {
    this.#checks.inc({ kind, result: accepted ? "accepted" : "refused" });
  }

  /** `place` is one of a few constant words. */
  internalFault(place: string): void {
    this.#faults.inc({ place });
  }

  batch(outcome: BatchOutcome): void {
    this.#batches.inc({ outcome });
  }

  executed(status: "ok" | "failed", seconds: number): void {
    this.#executions.inc({ status });
    this.#executionTime.observe(seconds);
  }

  /** `reason` is one of a few constant words. */
  noReceipt(reason: string): void {
    this.#noReceipts.inc({ reason });
  }

  availability(state: { readonly conforms: boolean; readonly available: boolean }): void {
    this.#conformance.set(state.conforms ? 1 : 0);
    this.#available.set(state.available ? 1 : 0);
  }

  query(result: "answered" | "failed", count = 1): void {
    this.#queries.inc({ result }, count);
  }

  /** The text that a scrape gets. */
  render(): Promise<string> {
    return this.registry.metrics();
  }

  /** Registers a counter that the sandbox counts; read at each scrape. */
  #total(name: string, help: string, pick: (sandbox: WatchedSandbox) => number): void {
    const counter = new Counter({
      ...this.#to,
      name,
      help,
      collect: () => {
        const sandbox = this.#watched?.().sandbox;
        if (sandbox === undefined) return;
        counter.reset();
        counter.inc(pick(sandbox));
      },
    });
  }

  /** Registers a gauge whose value is asked for at each scrape. */
  #gauge(name: string, help: string, pick: (now: WatchedValues) => number): void {
    const gauge = new Gauge({
      ...this.#to,
      name,
      help,
      collect: () => {
        const now = this.#watched?.();
        if (now !== undefined) gauge.set(pick(now));
      },
    });
  }
}
