import { existsSync } from "node:fs";
import type { DoorPorts } from "#server/doors/doorsMessages.js";
import { DoorsThread } from "#server/doors/doorsThread.js";
import type { QueryWorkerData } from "#server/query/messages.js";
import type { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import type { AppConfig } from "../home/appConfig.js";
import { readCometConfig } from "../home/cometConfig.js";
import { formatEndpoint } from "../home/endpoint.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger } from "../logging/logger.js";
import type { Teardown } from "./teardown.js";

/** What the doors are opened with. */
export interface DoorParts {
  readonly home: HomePaths;
  readonly config: AppConfig;
  readonly chainId: string;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/**
 * Opens gRPC and REST in a thread of their own, as far as the settings want them. Fails with
 * `server/5` when a door cannot be opened.
 */
export async function startDoors(parts: DoorParts, teardown: Teardown): Promise<DoorPorts> {
  const { home, config, chainId, metrics } = parts;
  const { api, grpc, query } = config;
  const closed: DoorPorts = { grpc: undefined, rest: undefined };
  if (!api.enabled && !grpc.enabled) return closed;
  const log = parts.log.child({ module: "doors" });
  const doors = await DoorsThread.open(
    {
      state: stateSource(home, config, chainId),
      queries: { threads: query.workers, timeoutMs: query.timeoutMs },
      grpc: grpc.enabled ? { ...grpc, ...grpc.endpoint } : undefined,
      rest: api.enabled ? { ...api, ...api.endpoint } : undefined,
    },
    {
      counted: ({ answered, failed }) => {
        metrics.query("answered", answered);
        metrics.query("failed", failed);
      },
      threadEnded: (reason) => {
        metrics.internalFault("doors");
        log.error({ reason }, "a thread of the doors ended; it is started again");
      },
    },
  );
  teardown.add("doors", () => doors.close());
  return doors.ports;
}

/** What the threads that answer queries are started with. */
export function stateSource(home: HomePaths, config: AppConfig, chainId: string): QueryWorkerData {
  const { minGasPrices, pruning, haltHeight } = config;
  const settings = { minGasPrices, pruning, haltHeight };
  return { path: home.state, chainId, settings, cometUrl: cometUrl(home) };
}

/** CometBFT's RPC as this machine reaches it; undefined when it is on a unix socket or off. */
function cometUrl(home: HomePaths): string | undefined {
  // With CometBFT elsewhere, its settings may be too.
  const rpc = existsSync(home.cometConfig) ? readCometConfig(home.cometConfig).rpc : undefined;
  if (rpc === undefined) return undefined;
  const isAny = ["", "0.0.0.0", "::"].includes(rpc.host);
  return `http://${formatEndpoint({ ...rpc, host: isAny ? "127.0.0.1" : rpc.host })}`;
}
