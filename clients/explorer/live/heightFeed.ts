import { heights, type HeightOptions } from "#sdk/events/heights.js";
import { type RpcTransport, SdkError, systemClock } from "#sdk/index.js";
import { watchedSocket } from "./watchedSocket.js";

/** How the page hears of new blocks: they are announced, it asks for them, or nobody answers. */
export type FeedMode = "websocket" | "polling" | "down";

/** What makes a feed; tests have their own. */
export type MakeHeights = (options: HeightOptions) => AsyncIterable<bigint>;

/** Lets so many milliseconds pass. */
type Pause = (ms: number) => Promise<void>;

/** An SDK stream ends at an answer that it does not understand; it is begun anew after so long. */
const RESTART_MS = 5_000;

/**
 * The latest height of a node, for every part of the page: one websocket that is opened again when
 * it closes, questions to the node while there is none.
 */
export class HeightFeed {
  readonly #listeners = new Set<() => void>();
  #latest = 0n;
  #isOpen = false;
  #isAnswered = true;

  constructor(make: MakeHeights, pause: Pause = (ms) => systemClock.pause(ms, undefined)) {
    void this.#run(make, pause);
  }

  /** The feed of a node. */
  static of(rpc: RpcTransport): HeightFeed {
    return new HeightFeed((options) => heights({ rpc, clock: systemClock }, options));
  }

  /** The greatest height that is known; 0 before the first. */
  get latest(): bigint {
    return this.#latest;
  }

  /** How heights come just now. */
  get mode(): FeedMode {
    if (!this.#isAnswered) return "down";
    return this.#isOpen ? "websocket" : "polling";
  }

  /** Has a listener told of new heights and other modes, until the function that is given back. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #run(make: MakeHeights, pause: Pause): Promise<void> {
    const options: HeightOptions = {
      webSocket: watchedSocket((isOpen) => {
        this.#isOpen = isOpen;
        this.#tell();
      }),
      onOutage: (error) => {
        // A socket that closed is no outage of the node, which is asked next.
        if (!isOfStatus(error)) return;
        this.#isAnswered = false;
        this.#tell();
      },
    };
    for (;;) {
      try {
        for await (const height of make(options)) this.#hear(height);
      } catch {
        this.#isAnswered = false;
        this.#tell();
      }
      await pause(RESTART_MS);
    }
  }

  #hear(height: bigint): void {
    this.#isAnswered = true;
    this.#latest = height;
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function isOfStatus(error: unknown): boolean {
  if (!(error instanceof SdkError)) return false;
  const { method } = error.facts as { readonly method?: unknown };
  return method === "status";
}
