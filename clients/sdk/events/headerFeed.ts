import type { Clock } from "../clock.js";
import { subscribeToHeaders } from "./headerSocket.js";
import type { WebSocketConstructor } from "./webSocket.js";

/** What keeps a subscription alive. */
export interface FeedPlace {
  readonly clock: Clock;
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  /** Told why the socket closed, before it is opened again. */
  readonly onOutage: (error: unknown) => void;
}

const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;

/** The last announced height, by a socket that is opened again whenever it closes. */
export class HeaderFeed {
  readonly #place: FeedPlace;
  readonly #end = new AbortController();
  #connection = new AbortController();
  #latest = 0n;
  #isLive = false;
  #wake: (() => void) | undefined;

  constructor(place: FeedPlace) {
    this.#place = place;
    void this.#keep();
  }

  /** The greatest height that was announced; 0 before the first. */
  get latest(): bigint {
    return this.#latest;
  }

  /** Whether the endpoint has taken the subscription and the socket is open. */
  get isLive(): boolean {
    return this.#isLive;
  }

  /** Has `wake` called once when something is announced or the socket closes. */
  onNews(wake: () => void): void {
    this.#wake = wake;
  }

  /** Opens another socket: this one is silent although there are new blocks. */
  reconnect(): void {
    // A dead connection may take minutes to close; until then nothing more is expected of it.
    this.#isLive = false;
    this.#connection.abort();
  }

  /** Closes for good. */
  close(): void {
    this.#end.abort();
    this.#connection.abort();
  }

  async #keep(): Promise<void> {
    const { clock, url, webSocket, onOutage } = this.#place;
    const { signal } = this.#end;
    let pauseMs = RETRY_MS;
    for (;;) {
      this.#connection = new AbortController();
      const problem = await subscribeToHeaders({
        url,
        webSocket,
        signal: this.#connection.signal,
        onHeight: (height) => {
          pauseMs = RETRY_MS;
          if (height > this.#latest) this.#latest = height;
          this.#tell();
        },
        onSubscribed: () => {
          this.#isLive = true;
        },
      });
      this.#isLive = false;
      if (signal.aborted) return;
      onOutage(problem);
      this.#tell();
      const ended = await clock.pause(pauseMs, signal).catch((error: unknown) => error);
      if (ended !== undefined) return;
      pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX);
    }
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
