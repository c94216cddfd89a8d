import { App } from "#app/app.js";
import type { ValidatorCapabilities } from "#app/validator.js";
import type { AbciApplication } from "#core/abci/application.js";
import type { AbciIncident } from "#core/abci/incidents.js";
import { AbciServer } from "#core/abci/server.js";
import { socketAddress } from "#core/abci/socketAddress.js";
import type { StepListener } from "#core/store/commitWriter.js";
import { judgeHealth } from "#server/health/healthReport.js";
import { TelemetryServer } from "#server/health/telemetryServer.js";
import { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import { QueryPool } from "#server/query/queryPool.js";
import { queryThreads } from "#server/query/queryThread.js";
import { findComet } from "../comet/cometBinary.js";
import { CometProcess } from "../comet/cometProcess.js";
import { checkPorts } from "../comet/ports.js";
import { awaitPreviousComet } from "../comet/previousComet.js";
import { readGenesisDoc } from "../genesis/genesisDoc.js";
import { type AppConfig, readAppConfig } from "../home/appConfig.js";
import { readCometConfig } from "../home/cometConfig.js";
import { HomeLock } from "../home/homeLock.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger, LogLevel } from "../logging/logger.js";
import { type Chain, openChain } from "./chain.js";
import { ConditionRecord } from "./condition.js";
import { haltHeightReached } from "./errors.js";
import { haltingApplication } from "./haltingApplication.js";
import { startDoors, stateSource } from "./doors.js";
import { type Inference, startInference } from "./inference.js";
import { neededPorts } from "./neededPorts.js";
import { indexingSome } from "./indexingSome.js";
import { observedApplication } from "./observedApplication.js";
import { type Snapshots, startSnapshots } from "./snapshots.js";
import { Teardown } from "./teardown.js";
import { readValidatorKeys, type ValidatorKeys } from "./validatorKeys.js";

/** What tests put between the parts of a node; empty in every release. */
export interface DaemonHooks {
  readonly adaptValidator?: (validator: ValidatorCapabilities) => ValidatorCapabilities;
  /** Wraps what CometBFT calls, outside of everything else. */
  readonly adaptApplication?: (application: AbciApplication) => AbciApplication;
  /** Told of the steps of every commit. */
  readonly onStep?: StepListener;
}

/** How a node is started. */
export interface DaemonOptions {
  readonly home: HomePaths;
  readonly log: Logger;
  readonly logLevel: LogLevel;
  /** Whether CometBFT is started too; without it somebody else starts it. */
  readonly withComet: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly hooks?: DaemonHooks;
}

/** How a node came to its end. */
export interface DaemonEnd {
  /** Exit code: 0 when it was asked to stop or reached its halt height. */
  readonly code: 0 | 1;
  readonly reason: string;
}

/**
 * A running node: everything of one validator in one process, with CometBFT and the sandbox as its
 * children.
 *
 * Started inside out, so that nothing is asked before it can answer: lock, state, node database,
 * scheduler (engines checked), query threads, telemetry, ABCI socket, doors for clients, CometBFT.
 * Stopped the other way round.
 */
export class Daemon {
  /** Settles when everything has stopped. */
  readonly ended: Promise<DaemonEnd>;
  readonly #options: DaemonOptions;
  readonly #teardown: Teardown;
  readonly #metrics = new NodeMetrics();
  #end: (end: DaemonEnd) => void = () => undefined;

  private constructor(options: DaemonOptions) {
    this.#options = options;
    this.#teardown = new Teardown(options.log.child({ module: "node" }));
    const decided = new Promise<DaemonEnd>((settle) => {
      this.#end = settle;
    });
    this.ended = this.#stopAfter(decided);
  }

  /** Starts a node; when that fails, what was started is stopped and the error is passed on. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const daemon = new Daemon(options);
    try {
      await daemon.#start();
    } catch (error) {
      await daemon.#teardown.run();
      throw error;
    }
    return daemon;
  }

  /** Asks the node to stop; `reason` is what {@link ended} says unless something was faster. */
  stop(reason: string): void {
    this.#end({ code: 0, reason });
  }

  async #start(): Promise<void> {
    const { home, log } = this.#options;
    this.#lock();
    const config = readAppConfig(home.appConfig);
    const binary = await this.#prepareComet(config);
    const chainId = readGenesisDoc(home.genesis).chain_id;
    const keys = readValidatorKeys(home);
    const chain = this.#openChain(config, chainId);
    const inference = await startInference(
      {
        home,
        chain,
        keys,
        config: config.inference,
        metrics: this.#metrics,
        log: this.#log("inference"),
      },
      this.#teardown,
    );
    const queries = this.#startQueries(config, chain);
    const condition = new ConditionRecord(chain.store.committed()?.version ?? 0n);
    await this.#startTelemetry(config, { inference, queries, condition });
    const snapshots = await this.#startSnapshots(config, chain);
    const app = this.#createApp({ chain, keys, inference, queries, condition, snapshots });
    const proxyApp = await this.#listen(this.#wrap(app, config));
    const doors = await startDoors(
      { home, config, chainId, metrics: this.#metrics, log },
      this.#teardown,
    );
    log.info({ module: "node", chainId, abci: proxyApp, ...doors }, "the application is ready");
    if (binary !== undefined) this.#startComet(binary, proxyApp);
  }

  #lock(): void {
    const lock = HomeLock.acquire(this.#options.home.lock);
    this.#teardown.add("lock", () => {
      lock.release();
    });
  }

  /** Finds CometBFT and makes sure that nothing is in the way; undefined when it is not ours to start. */
  async #prepareComet(config: AppConfig): Promise<string | undefined> {
    const { home, withComet, environment } = this.#options;
    const binary = withComet ? findComet(environment) : undefined;
    const comet = withComet ? readCometConfig(home.cometConfig) : undefined;
    if (withComet) await awaitPreviousComet(home.cometProcess);
    await checkPorts(neededPorts(home, config, comet));
    return binary;
  }

  #openChain(config: AppConfig, chainId: string): Chain {
    const { home, hooks } = this.#options;
    const metrics = this.#metrics;
    const log = this.#log("app");
    const chain = openChain({ home, chainId, config, metrics, log, onStep: hooks?.onStep });
    this.#teardown.add("state", () => {
      chain.store.close();
    });
    const height = chain.store.committed()?.version ?? 0n;
    metrics.startedAt(height);
    if (config.haltHeight !== undefined && height >= config.haltHeight) {
      throw haltHeightReached({ height, path: home.appConfig });
    }
    return chain;
  }

  #startQueries(config: AppConfig, { chainId }: Chain): QueryPool {
    const log = this.#log("query");
    const pool = new QueryPool({
      start: queryThreads(stateSource(this.#options.home, config, chainId)),
      threads: config.query.workers,
      timeoutMs: config.query.timeoutMs,
      onThreadEnded: (reason) => {
        this.#metrics.internalFault("query");
        log.error({ reason }, "a query thread ended; it is started again");
      },
    });
    this.#teardown.add("queries", () => pool.close());
    return pool;
  }

  #startSnapshots({ stateSync }: AppConfig, chain: Chain): Promise<Snapshots> {
    const { home } = this.#options;
    return startSnapshots({ home, chain, stateSync, log: this.#log("snapshots") }, this.#teardown);
  }

  async #startTelemetry(
    config: AppConfig,
    parts: Pick<AppParts, "inference" | "queries" | "condition">,
  ): Promise<void> {
    const { inference, queries, condition } = parts;
    this.#metrics.watch(() => ({
      sandbox: inference.usage(),
      openBatches: inference.scheduler.openBatches,
      queriesWaiting: queries.load.waiting,
    }));
    if (!config.telemetry.enabled) return;
    const server = await TelemetryServer.listen(config.telemetry.endpoint, {
      metrics: () => this.#metrics.render(),
      health: () => judgeHealth(condition.now(inference.scheduler.problem)),
    });
    this.#teardown.add("telemetry", () => server.close());
  }

  #createApp(parts: AppParts): App {
    const { chain, keys, inference, queries, snapshots } = parts;
    const metrics = this.#metrics;
    const log = this.#log("app");
    const validator = { ...keys, receipts: inference.scheduler };
    return new App({
      ...chain,
      validator: this.#options.hooks?.adaptValidator?.(validator) ?? validator,
      queries: async (request) => {
        const answer = queries.query(request);
        answer.then(
          () => {
            metrics.query("answered");
          },
          () => {
            metrics.query("failed");
          },
        );
        return answer;
      },
      onFault: (call, error) => {
        metrics.internalFault(call);
        log.error({ err: error, call }, "a call failed and was answered all the same");
      },
      onCommit: (height) => {
        this.#afterCommit(parts, height);
      },
      snapshots: snapshots.host,
    });
  }

  /** Leaves the answer to Commit alone: what comes after it has time until the next block. */
  #afterCommit({ inference, condition, snapshots }: AppParts, height: bigint): void {
    condition.commit(height);
    snapshots.onCommit(height);
    setImmediate(() => {
      try {
        inference.scheduler.onCommit();
      } catch (error) {
        this.#metrics.internalFault("scheduler");
        this.#log("inference").error({ err: error }, "the scheduler could not read the state");
      }
    });
  }

  #wrap(app: App, config: AppConfig): AbciApplication {
    const observed = observedApplication(app, this.#metrics, this.#log("app"));
    const { haltHeight, indexEvents } = config;
    const indexed = indexEvents.length === 0 ? observed : indexingSome(observed, indexEvents);
    const bounded =
      haltHeight === undefined
        ? indexed
        : haltingApplication(indexed, haltHeight, () => {
            this.stop(`halt height ${haltHeight} is committed`);
          });
    return this.#options.hooks?.adaptApplication?.(bounded) ?? bounded;
  }

  async #listen(application: AbciApplication): Promise<string> {
    const log = this.#log("abci");
    const server = await AbciServer.listen({
      address: socketAddress(this.#options.home.root).proxyApp,
      application,
      onFatal: ({ call, error }) => {
        log.fatal({ err: error, call }, "the application cannot go on");
        this.#end({ code: 1, reason: `${call} failed: ${String(error)}` });
      },
      onIncident: (incident) => {
        logIncident(log, incident);
      },
    });
    this.#teardown.add("ABCI server", () => server.close());
    return server.address;
  }

  #startComet(binary: string, proxyApp: string): void {
    const { home, environment, log, logLevel: level } = this.#options;
    const comet = new CometProcess({ binary, home, proxyApp, environment, log, level });
    this.#teardown.add("CometBFT", () => comet.stop());
    void comet.ended.then((reason) => {
      this.#end({ code: 1, reason });
    });
  }

  async #stopAfter(decided: Promise<DaemonEnd>): Promise<DaemonEnd> {
    const end = await decided;
    this.#log("node").info({ reason: end.reason }, "stopping");
    await this.#teardown.run();
    return end;
  }

  #log(module: string): Logger {
    return this.#options.log.child({ module });
  }
}

interface AppParts {
  readonly chain: Chain;
  readonly keys: ValidatorKeys;
  readonly inference: Inference;
  readonly queries: QueryPool;
  readonly condition: ConditionRecord;
  readonly snapshots: Snapshots;
}

function logIncident(log: Logger, incident: AbciIncident): void {
  switch (incident.kind) {
    case "connectionOpened":
    case "connectionClosed":
      log.debug(incident, "ABCI connection");
      return;
    case "protocolError":
      log.error(incident, "a peer broke the ABCI protocol");
      return;
    case "socketError":
    case "listenerError":
      log.warn({ ...incident, err: incident.error }, "ABCI socket failed");
      return;
    case "callFailed":
      log.warn(
        { call: incident.call, err: incident.error },
        "an ABCI call was answered with an error",
      );
  }
}
