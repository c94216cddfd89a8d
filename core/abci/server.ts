import { once } from "node:events";
import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { AbciApplication } from "./application.js";
import { Dispatcher } from "./dispatcher.js";
import { AbciAddressError } from "./errors.js";
import { DEFAULT_MAX_FRAME_BYTES } from "./framing.js";
import type { AbciIncident, FatalFailure } from "./incidents.js";
import { type ConnectionHost, ServerConnection } from "./serverConnection.js";
import { parseAddress, removeStaleSocket } from "./socketAddress.js";

/** What an ABCI server is made of. */
export interface AbciServerOptions {
  /** `unix:///path` or `tcp://host:port`; port 0 picks a free one. */
  readonly address: string;
  readonly application: AbciApplication;
  /**
   * Called once, after a consensus call has thrown and CometBFT was told. The server answers
   * nothing any more; what remains is to close it and to leave.
   */
  readonly onFatal: (failure: FatalFailure) => void;
  /** Called for whatever is worth a line in the log. */
  readonly onIncident?: (incident: AbciIncident) => void;
  /** Longest frame that is read; 64 MiB unless given. */
  readonly maxFrameBytes?: number;
}

/** How long {@link AbciServer.close} waits for answers unless told otherwise. */
const CLOSE_GRACE_MS = 5000;

/** Nobody but the owner may connect: ABCI has no authentication. */
const SOCKET_MODE = 0o600;

/** In force while the socket file is made; leaves other threads able to make folders meanwhile. */
const SOCKET_UMASK = 0o077;

/**
 * Answers CometBFT v0.38 (ABCI 2.0, socket protocol) with an application. Takes any number of
 * connections; nothing tells them apart, and each is answered in its own order.
 */
export class AbciServer {
  readonly #server: Server;
  readonly #target: string;
  readonly #host: ConnectionHost;
  readonly #connections = new Set<ServerConnection>();
  #opened = 0;
  #closing: Promise<void> | undefined;

  private constructor(options: AbciServerOptions) {
    const report = options.onIncident ?? ((): void => undefined);
    this.#target = options.address;
    this.#host = {
      dispatcher: new Dispatcher(options.application, report),
      maxFrameBytes: options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      report,
      onFatal: options.onFatal,
    };
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  /**
   * Starts to listen. A socket file that a dead process left is replaced; the new one is readable by
   * its owner only. Fails with an {@link AbciAddressError} when somebody else listens there.
   */
  static async listen(options: AbciServerOptions): Promise<AbciServer> {
    const server = new AbciServer(options);
    await server.#listen();
    return server;
  }

  /** The address that CometBFT's `proxy_app` takes, with the port that was picked. */
  get address(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === "string") return this.#target;
    const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
    return `tcp://${host}:${bound.port}`;
  }

  /**
   * Stops accepting, answers every call that has started, closes the connections and removes the
   * socket file. What is not answered within `graceMs` is given up.
   */
  close(graceMs: number = CLOSE_GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #listen(): Promise<void> {
    const target = parseAddress(this.#target);
    if (target.path !== undefined) await removeStaleSocket(target.path);
    // The file is made within this call, so that it never is open to others.
    const previous = process.umask(SOCKET_UMASK);
    this.#server.listen(target);
    process.umask(previous);
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw new AbciAddressError(this.#target, String(error));
    }
    if (target.path !== undefined) chmodSync(target.path, SOCKET_MODE);
    this.#server.on("error", (error) => {
      this.#host.report({ kind: "listenerError", error });
    });
  }

  #accept(socket: Socket): void {
    const id = ++this.#opened;
    const connection = new ServerConnection(id, socket, this.#host);
    this.#connections.add(connection);
    this.#host.report({ kind: "connectionOpened", connection: id });
    void connection.closed.then(() => {
      this.#connections.delete(connection);
      this.#host.report({ kind: "connectionClosed", connection: id });
    });
  }

  async #close(graceMs: number): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const connection of this.#connections) connection.close();
    const impatience = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await closed;
    clearTimeout(impatience);
  }
}
