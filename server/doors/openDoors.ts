import type { Wiring } from "#app/wiring.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { GrpcDoor } from "../grpc/grpcDoor.js";
import { QueryPool } from "../query/queryPool.js";
import { queryThreads } from "../query/queryThread.js";
import { RestDoor } from "../rest/restDoor.js";
import { DoorCalls } from "./doorCalls.js";
import { nodeServices } from "./nodeServices.js";
import type { DoorCounts, DoorPorts, DoorsWorkerData } from "./doorsMessages.js";

/** What the doors are opened over. */
export interface DoorParts {
  readonly data: DoorsWorkerData;
  /** Says what exists; answers come from elsewhere. */
  readonly wiring: Wiring;
  readonly onThreadEnded: (reason: string) => void;
}

/** The gRPC and the REST door of a node, with the threads that answer. */
export class OpenDoors {
  readonly ports: DoorPorts;
  readonly #counts: { answered: number; failed: number };
  readonly #closers: ReadonlyArray<() => Promise<void>>;

  private constructor(parts: {
    readonly ports: DoorPorts;
    readonly counts: { answered: number; failed: number };
    readonly closers: ReadonlyArray<() => Promise<void>>;
  }) {
    this.ports = parts.ports;
    this.#counts = parts.counts;
    this.#closers = parts.closers;
  }

  /** Opens them; fails with the system's error when an address is taken. */
  static async open(parts: DoorParts): Promise<OpenDoors> {
    const closers: Array<() => Promise<void>> = [];
    const counts = { answered: 0, failed: 0 };
    const { data } = parts;
    const { modules } = parts.wiring;
    const query = countedQueries(lazyPool(parts, closers), counts);
    const { timeoutMs } = data.queries;
    const { cometUrl } = data.state;
    const services = nodeServices({ wiring: parts.wiring, cometUrl, timeoutMs, query });
    const calls = new DoorCalls({ routes: modules.queries, query, nodeServices: services });
    // Answers hold whole transactions, which no message does.
    const types = modules.types.with([Tx]);
    try {
      const grpc = data.grpc && (await GrpcDoor.listen(calls, data.grpc));
      if (grpc !== undefined) closers.unshift(() => grpc.close());
      const rest = data.rest && (await RestDoor.listen({ calls, types }, data.rest));
      if (rest !== undefined) closers.unshift(() => rest.close());
      return new OpenDoors({ ports: { grpc: grpc?.port, rest: rest?.port }, counts, closers });
    } catch (error) {
      for (const close of closers) await close();
      throw error;
    }
  }

  /** Queries since the last time that this was asked. */
  takeCounts(): DoorCounts {
    const taken = { ...this.#counts };
    this.#counts.answered = 0;
    this.#counts.failed = 0;
    return taken;
  }

  /** Shuts the doors, then ends the threads behind them. */
  async close(): Promise<void> {
    for (const close of this.#closers) await close();
  }
}

type Query = QueryPool["query"];

/** The pool is made by the first query: a node that nobody asks needs no threads for it. */
function lazyPool(parts: DoorParts, closers: Array<() => Promise<void>>): Query {
  const { data, onThreadEnded } = parts;
  let pool: QueryPool | undefined;
  closers.push(async () => pool?.close());
  return (request) => {
    const entry = data.queryEntry === undefined ? undefined : new URL(data.queryEntry);
    pool ??= new QueryPool({
      start: queryThreads(data.state, entry),
      ...data.queries,
      onThreadEnded,
    });
    return pool.query(request);
  };
}

function countedQueries(query: Query, counts: { answered: number; failed: number }): Query {
  return async (request) => {
    try {
      const response = await query(request);
      counts.answered++;
      return response;
    } catch (error) {
      counts.failed++;
      throw error;
    }
  };
}
