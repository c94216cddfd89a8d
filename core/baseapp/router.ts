import { assert } from "#core/primitives/assert.js";
import type { AnyCodec, MessageCodec } from "#core/codec/message.js";
import type { Context } from "./context.js";

/** How one message type is handled. */
export interface MsgRoute {
  readonly codec: AnyCodec;
  readonly responseCodec: AnyCodec;
  /** Name of the module, for the `message.module` event attribute. */
  readonly module: string;
  /** Bech32 addresses that must sign, in order, without duplicates. */
  readonly signers: (message: object) => readonly string[];
  /** Checks the message without state; throws a ChainError. */
  readonly validate: (message: object) => void;
  /** Checks against state, then writes; throws a ChainError before the first write only. */
  readonly handle: (ctx: Context, message: object) => object;
}

/** A route with the types of its message and response. */
export interface MsgRouteSpec<Request extends object, Response extends object> {
  readonly codec: MessageCodec<Request>;
  readonly responseCodec: MessageCodec<Response>;
  readonly signers: (message: Request) => readonly string[];
  readonly validate: (message: Request) => void;
  readonly handle: (ctx: Context, message: Request) => Response;
}

/** Message handlers by type URL. */
export class MsgRouter {
  readonly #routes = new Map<string, MsgRoute>();
  readonly #order: MsgRoute[] = [];

  /** Adds the handler of one message type. */
  add<Request extends object, Response extends object>(
    module: string,
    spec: MsgRouteSpec<Request, Response>,
  ): void {
    assert(!this.#routes.has(spec.codec.typeUrl), `one handler for ${spec.codec.typeUrl}`);
    const route = { ...spec, module } as unknown as MsgRoute;
    this.#routes.set(spec.codec.typeUrl, route);
    this.#order.push(route);
  }

  find(typeUrl: string): MsgRoute | undefined {
    return this.#routes.get(typeUrl);
  }

  /** All routes, in the order they were added. */
  routes(): readonly MsgRoute[] {
    return this.#order;
  }
}
