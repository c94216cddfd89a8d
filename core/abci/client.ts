import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Request } from "#core/codec/generated/tendermint/abci.js";
import type { Partial } from "#core/codec/message.js";
import type { AbciApplication, AbciCall, AbciRequests, AbciResponses } from "./application.js";
import { AbciConnectionError, AbciException, AbciProtocolError } from "./errors.js";
import { DEFAULT_MAX_FRAME_BYTES, FrameParser } from "./framing.js";
import { parseAddress } from "./socketAddress.js";
import { frameRequest, type ReadResponse, readResponse } from "./wire/messages.js";
import { REQUESTS } from "./wire/requests.js";
import { RESPONSES, type WireResponse } from "./wire/responses.js";

/** What waits for the next response. */
interface Waiter {
  readonly member: keyof Request;
  readonly resolve: (found: ReadResponse) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Speaks to an ABCI application as CometBFT does: one connection, any number of calls under way,
 * answered in order. An exception, an answer of the wrong kind or a lost connection fails every
 * call that waits and every later one.
 */
export class AbciClient {
  readonly #socket: Socket;
  readonly #frames: FrameParser;
  readonly #waiting: Waiter[] = [];
  #failure: Error | undefined;

  private constructor(socket: Socket, maxFrameBytes: number) {
    this.#socket = socket;
    this.#frames = new FrameParser(maxFrameBytes);
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => {
      this.#frames.push(chunk);
      this.#read();
    });
    socket.on("error", (error) => {
      this.#fail(new AbciConnectionError("the connection broke", error));
    });
    socket.on("close", () => {
      this.#fail(new AbciConnectionError("the connection is closed"));
    });
  }

  /** Connects to `unix:///path` or `tcp://host:port`; fails with an {@link AbciConnectionError}. */
  static async connect(
    address: string,
    options: { readonly maxFrameBytes?: number } = {},
  ): Promise<AbciClient> {
    const socket = connect(parseAddress(address));
    try {
      await once(socket, "connect");
    } catch (error) {
      throw new AbciConnectionError(`${address} does not answer`, error);
    }
    return new AbciClient(socket, options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES);
  }

  /** Makes a call; `commit` and `listSnapshots` take no request. */
  async call<Call extends AbciCall>(
    call: Call,
    ...[request]: Parameters<AbciApplication[Call]>
  ): Promise<AbciResponses[Call]> {
    const wire = REQUESTS[call].toWire(request as AbciRequests[Call]);
    const { response } = await this.#send(call, { [call]: wire });
    // The member of the response was compared with the call.
    return RESPONSES[call].fromWire(response[call] as WireResponse<Call>);
  }

  /** Has the server repeat a text. */
  async echo(message: string): Promise<string> {
    const { response } = await this.#send("echo", { echo: { message } });
    return response.echo?.message ?? "";
  }

  /** Resolves when everything sent before is answered. */
  async flush(): Promise<void> {
    await this.#send("flush", { flush: {} });
  }

  /** Closes the connection; calls that wait fail. */
  close(): void {
    this.#socket.destroy();
    this.#fail(new AbciConnectionError("the connection was closed by this side"));
  }

  #send(member: keyof Request, request: Partial<Request>): Promise<ReadResponse> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ member, resolve, reject });
      this.#write(frameRequest(request));
    });
  }

  /** Calls made in one go leave in one write. */
  #write(frame: Uint8Array): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => {
        this.#socket.uncork();
      });
    }
    this.#socket.write(frame);
  }

  #read(): void {
    try {
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
        this.#settle(readResponse(frame));
      }
    } catch (error) {
      if (!(error instanceof AbciProtocolError || error instanceof AbciException)) throw error;
      this.#fail(error);
      this.#socket.destroy();
    }
  }

  #settle(found: ReadResponse): void {
    if (found.member === "exception") {
      throw new AbciException(found.response.exception?.error ?? "");
    }
    const waiter = this.#waiting[0];
    if (waiter?.member !== found.member) {
      throw new AbciProtocolError(`${found.member} answers ${waiter?.member ?? "no call"}`);
    }
    this.#waiting.shift();
    waiter.resolve(found);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#failure);
  }
}
