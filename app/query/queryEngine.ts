import type { QueryRequest } from "#core/abci/requests.js";
import type { QueryResponse } from "#core/abci/responses.js";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import type { Context } from "#core/baseapp/context.js";
import type { QueryRoute } from "#core/baseapp/queryRouter.js";
import { snapshotContext } from "#core/baseapp/snapshotContext.js";
import { attempt } from "#core/codec/attempt.js";
import { utf8 } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import {
  invalidHeight,
  invalidRequest,
  keyNotFound,
  txDecode,
  unauthorized,
  unknownRequest,
} from "#core/primitives/sdkErrors.js";
import type { StoreReader, StoreSnapshot } from "#core/store/store.js";
import { APP_VERSION } from "../chain.js";
import { storeKeyList } from "../stores.js";
import type { Wiring } from "../wiring.js";

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

  /** A context over the state that a height left; 0 is the latest. Throws a ChainError. */
  context(height: bigint): Context {
    const { snapshot, version } = this.#stateAt(height);
    const { chainId } = this.#parts;
    const timeNs = chainState.blockTime(snapshot.kv(CHAIN_STORE));
    const proposerAddress = new Uint8Array(0);
    return snapshotContext(snapshot, { chainId, height: version, timeNs, proposerAddress });
  }

  #route(request: QueryRequest): QueryResponse {
    const { path } = request;
    const route = this.#parts.wiring.modules.queries.find(path);
    if (route !== undefined) return this.#method(route, request);
    const [first, ...rest] = (path.startsWith("/") ? path.slice(1) : path).split("/");
    switch (first) {
      case "store":
        return this.#store(request, rest);
      case "app":
        return this.#app(request, rest);
      case "p2p":
        return this.#peer(request, rest);
      default:
        throw unknownRequest({ problem: `unknown query path: ${path}` });
    }
  }

  #method(route: QueryRoute, request: QueryRequest): QueryResponse {
    const ctx = this.context(request.height);
    const value = attempt(() => {
      const response = route.handle(ctx, route.method.request.decode(request.data));
      return route.method.response.encode(response);
    });
    if (value instanceof ChainError) return this.#failure(request, value, grpcStatus(value));
    return { ...EMPTY_RESPONSE, value, height: ctx.height };
  }

  #app(request: QueryRequest, path: readonly string[]): QueryResponse {
    if (path[0] !== "version") throw unknownRequest({ problem: `unknown query: ${request.path}` });
    return { ...EMPTY_RESPONSE, value: utf8(APP_VERSION), height: this.#versionOf(0n) };
  }

  /** CometBFT asks about each peer when its operator sets `filter_peers`; we mind none. */
  #peer(request: QueryRequest, [verb, kind]: readonly string[]): QueryResponse {
    if (verb === "filter" && (kind === "addr" || kind === "id")) return EMPTY_RESPONSE;
    throw unknownRequest({ problem: `unknown query: ${request.path}` });
  }

  #store(request: QueryRequest, path: readonly string[]): QueryResponse {
    const [name, kind] = path;
    const key = storeKeyList(this.#parts.wiring.stores).find((one) => one.name === name);
    if (key?.kind !== "tree" || kind !== "key" || path.length !== 2) {
      throw unknownRequest({ problem: `no such store: ${request.path}` });
    }
    if (request.data.length === 0) throw txDecode({ problem: "query cannot be zero length" });
    const { snapshot, version } = this.#stateAt(request.height);
    if (!request.prove) {
      const value = snapshot.kv(key).get(request.data);
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

  #stateAt(height: bigint): { readonly version: bigint; readonly snapshot: StoreSnapshot } {
    const version = this.#versionOf(height);
    const snapshot = this.#parts.reader.snapshot(version);
    if (snapshot !== undefined) return { version, snapshot };
    const latest = this.#versionOf(0n);
    throw invalidRequest({
      problem:
        `failed to load state at height ${version}; version does not exist ` +
        `(latest height: ${latest})`,
    });
  }

  /** The version to read: the latest for 0. */
  #versionOf(height: bigint): bigint {
    if (height < 0n) {
      throw invalidRequest({
        problem: "cannot query with height < 0; please provide a valid height",
      });
    }
    const latest = this.#latest();
    if (latest === 0n) {
      throw invalidHeight({ problem: "the chain has no block yet; please wait for the first one" });
    }
    if (height > latest) {
      throw invalidHeight({
        problem: "cannot query with height in the future; please provide a valid height",
      });
    }
    return height === 0n ? latest : height;
  }

  #latest(): bigint {
    return this.#parts.reader.committed()?.version ?? 0n;
  }

  /** Errors of methods are mapped as the SDK does, with the gRPC status that clients parse. */
  #failure(request: QueryRequest, error: ChainError, status?: GrpcStatus): QueryResponse {
    const { code, codespace } = status?.root ?? error;
    return {
      ...EMPTY_RESPONSE,
      code,
      codespace,
      log: status === undefined ? error.message : grpcLog(status, error),
      height: request.height === 0n ? this.#latest() : request.height,
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

/** What gRPC makes of an error, and the root error under which ABCI reports it. */
interface GrpcStatus {
  readonly name: string;
  readonly root: ChainError;
}

function grpcStatus(error: ChainError): GrpcStatus {
  if (keyNotFound.is(error)) return { name: "NotFound", root: keyNotFound() };
  if (unauthorized.is(error)) return { name: "Unauthenticated", root: unauthorized() };
  if (unknownRequest.is(error)) return { name: "Unknown", root: unknownRequest() };
  return { name: "InvalidArgument", root: invalidRequest() };
}

/** As the SDK wraps it; the root's summary ends the sentence, once. */
function grpcLog({ name, root }: GrpcStatus, error: ChainError): string {
  const log = `rpc error: code = ${name} desc = ${error.message}`;
  return log.endsWith(`: ${root.summary}`) ? log : `${log}: ${root.summary}`;
}
