import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { JsonObject, JsonValue } from "#core/codec/json.js";

/** One JSON-RPC call as it arrived. */
export interface SeenCall {
  readonly method: string;
  readonly params: JsonObject;
  readonly headers: IncomingMessage["headers"];
}

/** Makes the result of a method. */
export type RpcHandler = (params: JsonObject) => JsonValue | Promise<JsonValue>;

/** Thrown by a handler: answered as a JSON-RPC error object. */
export class RpcFault extends Error {
  readonly data: string;
  readonly rpcCode: number;

  constructor(data: string, rpcCode = -32603) {
    super("Internal error");
    this.data = data;
    this.rpcCode = rpcCode;
  }
}

/** Thrown by a handler: answered with this body, in which `$ID` stands for the call's id. */
export class RawAnswer extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super("raw answer");
    this.status = status;
    this.body = body;
  }
}

/** Thrown by a handler: the connection breaks off, or nothing is ever answered. */
export class NoAnswer extends Error {
  readonly kind: "reset" | "silence";

  constructor(kind: "reset" | "silence") {
    super(kind);
    this.kind = kind;
  }
}

/** A server that speaks JSON-RPC as CometBFT does, for tests. */
export class RpcServer {
  readonly calls: SeenCall[] = [];
  readonly handlers = new Map<string, RpcHandler>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(handlers: Readonly<Record<string, RpcHandler>> = {}): Promise<RpcServer> {
    const server = new RpcServer();
    for (const [method, handler] of Object.entries(handlers)) server.handlers.set(method, handler);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Calls of one method. */
  callsOf(method: string): SeenCall[] {
    return this.calls.filter((call) => call.method === method);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      id: number;
      method: string;
      params: JsonObject;
    };
    const { id, method, params } = call;
    this.calls.push({ method, params, headers: request.headers });
    const write = (status: number, body: string): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    };
    try {
      const handler = this.handlers.get(method);
      if (handler === undefined) throw new RpcFault("", -32601);
      write(200, JSON.stringify({ jsonrpc: "2.0", id, result: await handler(params) }));
    } catch (error) {
      if (error instanceof NoAnswer) {
        if (error.kind === "reset") request.socket.destroy();
      } else if (error instanceof RawAnswer) {
        write(error.status, error.body.replaceAll("$ID", String(id)));
      } else {
        const { message, data, rpcCode } =
          error instanceof RpcFault ? error : new RpcFault(String(error));
        write(200, JSON.stringify({ jsonrpc: "2.0", id, error: { code: rpcCode, message, data } }));
      }
    }
  }
}
