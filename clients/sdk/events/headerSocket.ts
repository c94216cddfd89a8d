import { parseJson } from "#core/codec/parseJson.js";
import { SdkError } from "../errors.js";
import { JsonCursor } from "../rpc/jsonCursor.js";
import type { WebSocketConstructor } from "./webSocket.js";

const SUBSCRIBE = "subscribe";

/** Where a subscription is made, and who is told. */
export interface HeaderSubscription {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told each height that the endpoint announces. */
  readonly onHeight: (height: bigint) => void;
  /** Told once the endpoint has taken the subscription. */
  readonly onSubscribed: () => void;
}

/**
 * Subscribes to the headers of new blocks, and settles when the socket has closed, whoever closed
 * it: with what was wrong, or undefined.
 */
export function subscribeToHeaders(subscription: HeaderSubscription): Promise<unknown> {
  const { url, signal } = subscription;
  return new Promise((settle) => {
    let problem: unknown;
    try {
      const socket = new subscription.webSocket(url);
      const end = (reason?: unknown): void => {
        problem ??= reason;
        socket.close();
      };
      const close = (): void => {
        end();
      };
      signal.addEventListener("abort", close);
      socket.addEventListener("open", () => {
        socket.send(request());
      });
      socket.addEventListener("message", ({ data }) => {
        try {
          hear(subscription, data);
        } catch (error) {
          end(error);
        }
      });
      socket.addEventListener("error", () => {
        problem ??= new SdkError("RPC_UNREACHABLE", { url, method: SUBSCRIBE });
      });
      socket.addEventListener("close", () => {
        signal.removeEventListener("abort", close);
        settle(problem);
      });
      if (signal.aborted) close();
    } catch (error) {
      // Constructors refuse URLs that they do not like.
      settle(new SdkError("RPC_UNREACHABLE", { url, method: SUBSCRIBE }, error));
    }
  });
}

function request(): string {
  const params = { query: "tm.event='NewBlockHeader'" };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: SUBSCRIBE, params });
}

/** An answer to the subscription has an empty result; what follows are events. */
function hear({ onHeight, onSubscribed }: HeaderSubscription, data: unknown): void {
  const json = typeof data === "string" ? parseJson(data) : undefined;
  const message = new JsonCursor(json ?? null, "$", (at, problem) => {
    return new SdkError("RPC_MALFORMED", { method: SUBSCRIBE, at, problem });
  });
  const error = message.optional("error");
  if (error !== undefined) throw refusal(error);
  const event = message.field("result").optional("data");
  if (event === undefined) onSubscribed();
  else onHeight(event.field("value").field("header").field("height").int64());
}

function refusal(error: JsonCursor): SdkError<"RPC_REFUSED"> {
  return new SdkError("RPC_REFUSED", {
    method: SUBSCRIBE,
    rpcCode: error.field("code").int32(),
    reason: error.field("message").text(),
    data: error.field("data").textOrEmpty(),
  });
}
