import type { QueryRouter } from "#core/baseapp/queryRouter.js";
import { attempt } from "#core/codec/attempt.js";
import type { Service, ServiceMethod } from "#core/codec/service.js";
import { assert } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { queryAborted, queryBusy, queryTimeout } from "../query/errors.js";
import type { QueryRequest, QueryResponse } from "../query/messages.js";
import { CallFailure, failureOf, StatusCode } from "./callStatus.js";

/** What a door is asked, decoded from its own form. */
export interface DoorCall {
  /** `/<service>/<method>`. */
  readonly path: string;
  /** The request, encoded. */
  readonly data: Uint8Array;
  /** Height of the state that answers; 0 is the latest. */
  readonly height: bigint;
}

/** The encoded response and the height of the state that it is of; 0 when it is of none. */
export interface DoorAnswer {
  readonly value: Uint8Array;
  readonly height: bigint;
}

/** Answers a method that needs more than committed state; throws a CallFailure or a ChainError. */
export type NodeMethod = (request: object, height: bigint) => Promise<object>;

/** Methods of one service that need more than committed state, by name. */
export interface NodeService {
  readonly service: Service;
  readonly methods: ReadonlyMap<string, NodeMethod>;
}

/** A method that doors offer, and whether it is answered. */
export interface DoorMethod {
  readonly path: string;
  readonly service: Service;
  readonly method: ServiceMethod;
  readonly served: boolean;
}

/** Where the doors' answers come from. */
export interface DoorSources {
  /** The one registry, for what exists; its handlers run elsewhere. */
  readonly routes: QueryRouter;
  /** Answers from committed state. */
  readonly query: (request: QueryRequest) => Promise<QueryResponse>;
  readonly nodeServices: readonly NodeService[];
}

/** Everything that gRPC and REST call: the registry's methods and those of the node's own. */
export class DoorCalls {
  readonly #sources: DoorSources;
  readonly #methods = new Map<string, DoorMethod>();
  readonly #nodeMethods = new Map<string, NodeMethod>();

  constructor(sources: DoorSources) {
    this.#sources = sources;
    for (const { service } of sources.routes.routes()) this.#offer(service);
    for (const { service, methods } of sources.nodeServices) {
      for (const [name, method] of methods)
        this.#nodeMethods.set(`/${service.typeName}/${name}`, method);
      this.#offer(service);
    }
  }

  /** Every method of every service that has one which is answered, in the order of the registry. */
  methods(): readonly DoorMethod[] {
    return [...this.#methods.values()];
  }

  /** Calls a method; fails with a CallFailure and nothing else. */
  async call(call: DoorCall): Promise<DoorAnswer> {
    const { path, data, height } = call;
    const known = this.#methods.get(path);
    if (known?.served !== true) throw notImplemented(path, known);
    const own = this.#nodeMethods.get(path);
    try {
      if (own !== undefined) return await callOwn(own, known.method, call);
      const response = await this.#sources.query({ path, data, height, prove: false });
      const failure = failureOf(response);
      if (failure !== undefined) throw failure;
      return { value: response.value, height: response.height };
    } catch (error) {
      throw toFailure(error);
    }
  }

  #offer(service: Service): void {
    for (const method of service.methods) {
      const path = `/${service.typeName}/${method.name}`;
      const inRoutes = this.#sources.routes.find(path) !== undefined;
      const isOwn = this.#nodeMethods.has(path);
      assert(!(inRoutes && isOwn), `${path} has one handler`);
      this.#methods.set(path, { path, service, method, served: inRoutes || isOwn });
    }
  }
}

async function callOwn(
  own: NodeMethod,
  method: ServiceMethod,
  { data, height }: DoorCall,
): Promise<DoorAnswer> {
  const request = attempt(() => method.request.decode(data));
  if (request instanceof ChainError) {
    throw new CallFailure(StatusCode.INVALID_ARGUMENT, request.message);
  }
  return { value: method.response.encode(await own(request, height)), height: 0n };
}

/** In the words of Go's servers, which clients that probe for methods look for. */
function notImplemented(path: string, known: DoorMethod | undefined): CallFailure {
  const [, service = "", method = ""] = path.split("/");
  const text =
    known === undefined
      ? `unknown method ${method} for service ${service}`
      : `method ${method} not implemented`;
  return new CallFailure(StatusCode.UNIMPLEMENTED, text);
}

function toFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  if (queryBusy.is(error)) return describe(StatusCode.UNAVAILABLE, error);
  if (queryTimeout.is(error)) return describe(StatusCode.DEADLINE_EXCEEDED, error);
  if (queryAborted.is(error)) return describe(StatusCode.UNAVAILABLE, error);
  if (error instanceof ChainError) return describe(StatusCode.INVALID_ARGUMENT, error);
  return describe(StatusCode.INTERNAL, error);
}

function describe(code: StatusCode, error: unknown): CallFailure {
  return new CallFailure(code, error instanceof Error ? error.message : String(error));
}
