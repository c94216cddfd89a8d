import type { Wiring } from "#app/wiring.js";
import { attempt } from "#core/codec/attempt.js";
import { decodeTx } from "#core/codec/tx.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { cometService } from "../comet/cometService.js";
import { nodeStatusService } from "../comet/nodeStatus.js";
import { txService } from "../comet/txService.js";
import type { QueryRequest, QueryResponse } from "../query/messages.js";
import type { NodeService } from "./doorCalls.js";
import { interfaceService } from "./interfaceService.js";

/** What the services of a node ask. */
export interface NodeServiceParts {
  readonly wiring: Wiring;
  /** CometBFT's RPC; without it, what needs blocks or the mempool is not served. */
  readonly cometUrl: string | undefined;
  /** Longest time that CometBFT may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly query: (request: QueryRequest) => Promise<QueryResponse>;
}

/** Every service that needs more than committed state. */
export function nodeServices(parts: NodeServiceParts): readonly NodeService[] {
  const { wiring, cometUrl, timeoutMs, query } = parts;
  const own = [interfaceService(wiring.modules)];
  if (cometUrl === undefined) return own;
  const rpc = httpTransport(cometUrl, { attempts: 1, timeoutMs });
  const { types } = wiring.modules;
  // Remembers nothing: clients choose what is decoded.
  const decode = (bytes: Uint8Array) => attempt(() => decodeTx(bytes, types));
  return [...own, txService(rpc, decode), cometService({ rpc, query }), nodeStatusService(rpc)];
}
