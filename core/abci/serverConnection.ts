import type { Socket } from "node:net";
import type { Answer } from "./application.js";
import type { Dispatcher, Reply } from "./dispatcher.js";
import { AbciProtocolError } from "./errors.js";
import { FrameParser } from "./framing.js";
import type { AbciIncident, FatalFailure } from "./incidents.js";

/** Requests served before other connections get a turn. */
const TURN_REQUESTS = 64;

/** Answers that a connection may wait for before it is read no further. */
const MAX_PENDING = 1024;

/** What the connections of a server share. */
export interface ConnectionHost {
  readonly dispatcher: Dispatcher;
  readonly maxFrameBytes: number;
  readonly report: (incident: AbciIncident) => void;
  readonly onFatal: (failure: FatalFailure) => void;
}

/** Place of an answer in the order of requests; empty until the answer is there. */
interface Slot {
  reply: Reply | undefined;
}

/**
 * One connection of a node. Requests start in the order they arrive and are answered in that order.
 *
 * ```
 *   socket ─► FrameParser ─► Dispatcher ─► slots ─► socket
 *              one turn: at most TURN_REQUESTS, then the other connections
 * ```
 *
 * A turn ends early while the peer does not read or too many answers are pending; the socket is
 * then paused, so that memory stays bounded whatever the peer does.
 */
export class ServerConnection {
  readonly #id: number;
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #frames: FrameParser;
  readonly #slots: Slot[] = [];
  /** Resolves when the socket is closed. */
  readonly closed: Promise<unknown>;
  #stopping = false;

  constructor(id: number, socket: Socket, host: ConnectionHost) {
    this.#id = id;
    this.#socket = socket;
    this.#host = host;
    this.#frames = new FrameParser(host.maxFrameBytes);
    this.closed = new Promise((settle) => socket.once("close", settle));
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => {
      this.#frames.push(chunk);
      this.#turn();
    });
    socket.on("drain", () => {
      this.#turn();
    });
    socket.on("error", (error) => {
      host.report({ kind: "socketError", connection: id, error });
    });
  }

  /** Stops reading, answers what has started, then closes. */
  close(): void {
    this.#stopping = true;
    this.#socket.pause();
    if (this.#slots.length === 0) this.#socket.destroySoon();
  }

  /** Closes at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  get #mayServe(): boolean {
    return (
      !this.#stopping &&
      !this.#host.dispatcher.halted &&
      !this.#socket.destroyed &&
      !this.#socket.writableNeedDrain &&
      this.#slots.length < MAX_PENDING
    );
  }

  #turn(): void {
    this.#socket.cork();
    const exhausted = this.#serveFrames();
    this.#socket.uncork();
    if (exhausted) {
      this.#socket.resume();
      return;
    }
    this.#socket.pause();
    if (this.#mayServe) {
      setImmediate(() => {
        this.#turn();
      });
    }
  }

  /** Whether every frame that has arrived was served. */
  #serveFrames(): boolean {
    for (let served = 0; served < TURN_REQUESTS && this.#mayServe; served++) {
      const frame = this.#nextFrame();
      if (frame === undefined) return !this.#stopping;
      this.#enqueue(this.#host.dispatcher.serve(frame));
    }
    return false;
  }

  #nextFrame(): Uint8Array | undefined {
    try {
      return this.#frames.next();
    } catch (error) {
      if (!(error instanceof AbciProtocolError)) throw error;
      this.#reject(error.message);
      return undefined;
    }
  }

  #enqueue(answer: Answer<Reply>): void {
    if (!(answer instanceof Promise)) {
      if (this.#slots.length === 0) this.#write(answer);
      else this.#slots.push({ reply: answer });
      return;
    }
    const slot: Slot = { reply: undefined };
    this.#slots.push(slot);
    void answer.then((reply) => {
      slot.reply = reply;
      this.#writeSlots();
    });
  }

  #writeSlots(): void {
    this.#socket.cork();
    for (let reply = this.#slots[0]?.reply; reply !== undefined; reply = this.#slots[0]?.reply) {
      this.#slots.shift();
      this.#write(reply);
    }
    this.#socket.uncork();
    if (this.#stopping) this.close();
    else this.#turn();
  }

  #write({ frame, problem, fatal }: Reply): void {
    this.#socket.write(frame);
    if (problem !== undefined) this.#reject(problem);
    // Behind the end of the turn, when the exception is on its way.
    if (fatal !== undefined) process.nextTick(this.#host.onFatal, fatal);
  }

  #reject(problem: string): void {
    this.#host.report({ kind: "protocolError", connection: this.#id, problem });
    this.close();
  }
}
