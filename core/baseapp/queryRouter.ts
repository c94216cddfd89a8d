import { assert } from "#core/primitives/assert.js";
import type { AnyCodec, MessageCodec } from "#core/codec/message.js";
import type { Service, ServiceMethod } from "#core/codec/service.js";
import type { Context } from "./context.js";

/** Answers one query method from the state in `ctx`; throws a ChainError for a bad request. */
export interface QueryHandler {
  (ctx: Context, request: object): object;
  /** What the handler was written for; those of its method. */
  readonly codecs: { readonly request: AnyCodec; readonly response: AnyCodec };
}

/** One reachable query method. */
export interface QueryRoute {
  readonly service: Service;
  readonly method: ServiceMethod;
  readonly handle: QueryHandler;
}

/** Handlers of one service by method name; methods without one answer "unimplemented". */
export type QueryHandlers = ReadonlyMap<string, QueryHandler>;

/**
 * The one registry behind ABCI queries, gRPC and REST: `/<service>/<method>` to a handler.
 */
export class QueryRouter {
  readonly #routes = new Map<string, QueryRoute>();
  readonly #order: QueryRoute[] = [];

  /** Adds the handlers of a service; each must be of one of its methods and of its types. */
  add(service: Service, handlers: QueryHandlers): void {
    for (const [name, handle] of handlers) {
      const method = service.methods.find((one) => one.name === name);
      assert(method !== undefined, `${service.typeName} has a method ${name}`);
      const path = `/${service.typeName}/${name}`;
      const { request, response } = handle.codecs;
      const typed = request === method.request && response === method.response;
      assert(typed, `the handler of ${path} is of its types`);
      assert(!this.#routes.has(path), `one handler for ${path}`);
      const route = { service, method, handle };
      this.#routes.set(path, route);
      this.#order.push(route);
    }
  }

  /** The route of a gRPC path such as `/cosmos.bank.v1beta1.Query/Balance`. */
  find(path: string): QueryRoute | undefined {
    return this.#routes.get(path);
  }

  /** All routes, in the order they were added. */
  routes(): readonly QueryRoute[] {
    return this.#order;
  }
}

/** Types a handler by the codecs of its method, for a {@link QueryHandlers} map. */
export function queryHandler<Request extends object, Response extends object>(
  codecs: { readonly request: MessageCodec<Request>; readonly response: MessageCodec<Response> },
  handle: (ctx: Context, request: Request) => Response,
): QueryHandler {
  const untyped = (ctx: Context, request: object): object => handle(ctx, request as Request);
  return Object.assign(untyped, { codecs });
}
