import type { QueryRequest } from "#core/abci/requests.js";
import type { QueryResponse } from "#core/abci/responses.js";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import type { Context } from "#core/baseapp/context.js";
import type { QueryRoute } from "#core/baseapp/queryRouter.js";
import { snapshotContext } from "#core/baseapp/snapshotContext.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import {
  invalidHeight,
  invalidRequest,
  keyNotFound,
  unauthorized,
  unknownRequest,
} from "#core/primitives/sdkErrors.js";
import type { StoreReader } from "#core/store/store.js";
import { APP_VERSION } from "../chain.js";
import { storeKeyList } from "../stores.js";
import type { Wiring } from "../wiring.js";
import { utf8 } from "#core/primitives/bytes.js";

/** An answered query: the response bytes and the height of the state they are of. */
export interface QueryAnswer {
  readonly value: Uint8Array;
  readonly height: bigint;
}

/** What a query engine reads. */
export interface QueryEngineParts {
  readonly wiring: Wiring;
  readonly reader: StoreReader;
  readonly chainId: string;
}

/**
 * Answers queries of committed state, at any height that is kept: gRPC methods from the one
 * registry, and store keys with proofs. Synchronous; it runs in a worker thread of the node.
 */
export class QueryEngine {
  readonly #parts: QueryEngineParts;

  constructor(parts: QueryEngineParts) {
    this.#parts = parts;
  }

  /** An ABCI query; never throws for what a client asked. */
  abciQuery(request: QueryRequest): QueryResponse {
    const answer = attempt(() => this.#route(request));
    return answer instanceof ChainError ? this.#failure(request, answer) : answer;
  }

  /** Calls a method by its gRPC path; throws a ChainError. `height` 0 is the latest. */
  call(route: QueryRoute, data: Uint8Array, height: bigint): QueryAnswer {
    const ctx = this.context(height);
    const request = route.method.request.decode(data);
    const response = route.handle(ctx, request);
    return { value: route.method.response.encode(response), height: ctx.height };
  }

  /** A context over the state that a height left. */
  context(height: bigint): Context {
    const version = this.#versionOf(height);
    const snapshot = this.#parts.reader.snapshot(version);
    if (snapshot === undefined) throw invalidHeight({ problem: "the height was pruned", height });
    const { chainId } = this.#parts;
    const timeNs = chainState.blockTime(snapshot.kv(CHAIN_STORE));
    const proposerAddress = new Uint8Array(0);
    return snapshotContext(snapshot, { chainId, height: version, timeNs, proposerAddress });
  }

  #route(request: QueryRequest): QueryResponse {
    const route = this.#parts.wiring.modules.queries.find(request.path);
    if (route !== undefined) {
      const { value, height } = this.call(route, request.data, request.height);
      return { ...EMPTY_RESPONSE, value, height };
    }
    const [first, ...rest] = request.path.split("/").filter((part) => part !== "");
    switch (first) {
      case "store":
        return this.#store(request, rest);
      case "app":
        return this.#app(request, rest);
      default:
        throw unknownRequest({ problem: `unknown query path: ${request.path}` });
    }
  }

  #app(request: QueryRequest, path: readonly string[]): QueryResponse {
    if (path[0] !== "version") throw unknownRequest({ problem: `unknown query: ${request.path}` });
    return { ...EMPTY_RESPONSE, value: utf8(APP_VERSION), height: this.#versionOf(0n) };
  }

  #store(request: QueryRequest, path: readonly string[]): QueryResponse {
    const [name, kind] = path;
    const key = storeKeyList(this.#parts.wiring.stores).find((one) => one.name === name);
    if (key?.kind !== "tree" || kind !== "key" || path.length !== 2) {
      throw unknownRequest({ problem: `no such store: ${request.path}` });
    }
    if (request.data.length === 0) throw invalidRequest({ problem: "the key is empty" });
    const version = this.#versionOf(request.height);
    if (!request.prove) {
      const value = this.#parts.reader.snapshot(version)?.kv(key).get(request.data);
      return storeResponse({ request, version, value, proofOps: [] });
    }
    if (version <= 1n) {
      throw invalidRequest({
        problem: "cannot query with proof when height <= 1; please provide a valid height",
      });
    }
    const proof = this.#parts.reader.prove(key, request.data, version);
    if (proof === undefined) {
      throw invalidRequest({
        problem: "proof is unexpectedly empty; ensure height has not been pruned",
      });
    }
    return storeResponse({ request, version, value: proof.value, proofOps: proof.ops });
  }

  /** The version to read: the latest for 0. */
  #versionOf(height: bigint): bigint {
    const latest = this.#parts.reader.committed()?.version ?? 0n;
    if (latest === 0n) {
      throw invalidHeight({ problem: "the chain has no block yet; please wait for the first one" });
    }
    if (height < 0n) throw invalidRequest({ problem: "the height is negative", height });
    if (height > latest) {
      throw invalidHeight({
        problem: "cannot query with height in the future; please provide a valid height",
      });
    }
    return height === 0n ? latest : height;
  }

  /** Query errors as the SDK maps them, with the gRPC status that clients parse. */
  #failure(request: QueryRequest, error: ChainError): QueryResponse {
    const grpc = this.#parts.wiring.modules.queries.find(request.path) !== undefined;
    const mapped = grpc ? mapError(error) : { error, status: undefined };
    const { summary } = mapped.error;
    const log =
      mapped.status === undefined
        ? mapped.error.message
        : `rpc error: code = ${mapped.status} desc = ${error.message}: ${summary}`;
    return {
      ...EMPTY_RESPONSE,
      code: mapped.error.code,
      codespace: mapped.error.codespace,
      log: dedupe(log, summary),
      height: request.height,
    };
  }
}

const EMPTY = new Uint8Array(0);

const EMPTY_RESPONSE: QueryResponse = {
  code: 0,
  codespace: "",
  log: "",
  key: EMPTY,
  value: EMPTY,
  proofOps: [],
  height: 0n,
};

function storeResponse(found: {
  readonly request: QueryRequest;
  readonly version: bigint;
  readonly value: Uint8Array | undefined;
  readonly proofOps: QueryResponse["proofOps"];
}): QueryResponse {
  const { request, version, value, proofOps } = found;
  return { ...EMPTY_RESPONSE, key: request.data, value: value ?? EMPTY, proofOps, height: version };
}

/** gRPC status of an error, and the root error under which ABCI reports it. */
function mapError(error: ChainError): {
  readonly error: ChainError;
  readonly status: string | undefined;
} {
  if (keyNotFound.is(error)) return { error: keyNotFound(), status: "NotFound" };
  if (unauthorized.is(error)) return { error: unauthorized(), status: "Unauthenticated" };
  if (error.codespace === "sdk" && error.code === 26) return { error, status: undefined };
  return { error: invalidRequest(), status: "InvalidArgument" };
}

/** "… : key not found: key not found" says it once. */
function dedupe(log: string, summary: string): string {
  const twice = `: ${summary}: ${summary}`;
  return log.endsWith(twice) ? log.slice(0, -summary.length - 2) : log;
}
