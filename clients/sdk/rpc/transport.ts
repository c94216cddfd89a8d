import type { JsonObject } from "#core/codec/json.js";
import type { JsonCursor } from "./jsonCursor.js";

/** What every call takes. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A way to CometBFT's JSON-RPC; {@link httpTransport} is the usual one. */
export interface RpcTransport {
  /** Where it leads, for messages. */
  readonly url: string;
  /** Calls a method that may safely be called twice; gives what the answer holds as its result. */
  readonly call: (method: string, params: JsonObject, options?: CallOptions) => Promise<JsonCursor>;
}
