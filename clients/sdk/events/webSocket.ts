import { SdkError } from "../errors.js";

/** What is used of a WebSocket, browsers' and others'. */
export interface WebSocketLike {
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
  send(text: string): void;
  close(): void;
}

/** The class `WebSocket` of browsers and of Node 22, or one of a package such as `ws`. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** By which way new blocks are heard of. */
export interface WebSocketChoice {
  /**
   * `auto`, unless given, uses a WebSocket where there is one and asks again and again where there
   * is none or it fails; `websocket` fails where there is none; `polling` never opens one.
   */
  readonly transport?: "auto" | "websocket" | "polling" | undefined;
  /** Instead of the platform's; Node 20 has none without `--experimental-websocket`. */
  readonly webSocket?: WebSocketConstructor | undefined;
  /** Instead of `/websocket` at the RPC endpoint. */
  readonly webSocketUrl?: string | undefined;
}

/** The constructor that a choice means; undefined for polling. Fails with `INVALID_ARGUMENT`. */
export function chooseWebSocket({
  transport = "auto",
  webSocket,
}: WebSocketChoice): WebSocketConstructor | undefined {
  if (transport === "polling") return undefined;
  const found =
    webSocket ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
  if (found !== undefined || transport === "auto") return found;
  const problem =
    "this runtime has no WebSocket, as Node 20 without --experimental-websocket: give the " +
    'constructor of a package such as ws or undici, or let the transport be "auto", which polls';
  throw new SdkError("INVALID_ARGUMENT", { argument: "webSocket", problem });
}

/** Where CometBFT takes subscriptions, by the URL of its RPC. */
export function webSocketUrlOf(rpcUrl: string): string {
  return `${rpcUrl.replace(/^http/, "ws").replace(/\/+$/, "")}/websocket`;
}
