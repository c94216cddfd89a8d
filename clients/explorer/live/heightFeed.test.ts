import { expect, test } from "vitest";
import { SdkError } from "#sdk/index.js";
import type { HeightOptions } from "#sdk/events/heights.js";
import { HeightFeed } from "./heightFeed.js";
import { nextNews } from "./nextNews.js";

/** A stream of heights whose other end is the test. */
class Stream implements AsyncIterable<bigint> {
  options: HeightOptions = {};
  begun = 0;
  readonly #queue: Array<bigint | Error> = [];
  #wake: (() => void) | undefined;

  readonly make = (options: HeightOptions): AsyncIterable<bigint> => {
    this.options = options;
    this.begun++;
    return this;
  };

  tell(news: bigint | Error): void {
    this.#queue.push(news);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<bigint> {
    for (;;) {
      const next = this.#queue.shift();
      if (next instanceof Error) throw next;
      if (next === undefined) await new Promise<void>((settle) => (this.#wake = settle));
      else yield next;
    }
  }
}

const turn = (): Promise<void> => new Promise((settle) => setImmediate(settle));

function outage(method: string): SdkError {
  return new SdkError("RPC_UNREACHABLE", { url: "http://n0", method });
}

test("heights are told as they come, and to nobody who has left", async () => {
  const stream = new Stream();
  const feed = new HeightFeed(stream.make);
  const heard: bigint[] = [];
  const leave = feed.subscribe(() => heard.push(feed.latest));
  stream.tell(5n);
  await turn();
  stream.tell(7n);
  await turn();
  leave();
  stream.tell(8n);
  await turn();
  expect(heard).toEqual([5n, 7n]);
  expect([feed.latest, feed.mode]).toEqual([8n, "polling"]);
});

test("a node that does not answer is down until it does; a socket that fails is not that", async () => {
  const stream = new Stream();
  const feed = new HeightFeed(stream.make);
  stream.options.onOutage?.(outage("subscribe"));
  stream.options.onOutage?.(undefined);
  expect(feed.mode).toBe("polling");
  stream.options.onOutage?.(outage("status"));
  expect(feed.mode).toBe("down");
  stream.tell(3n);
  await turn();
  expect(feed.mode).toBe("polling");
});

test("a stream that ends with an error is begun anew", async () => {
  const stream = new Stream();
  const pauses: number[] = [];
  const feed = new HeightFeed(stream.make, (ms) => {
    pauses.push(ms);
    return Promise.resolve();
  });
  stream.tell(new Error("odd answer"));
  await turn();
  stream.tell(4n);
  await turn();
  expect([stream.begun, pauses, feed.latest, feed.mode]).toEqual([2, [5_000], 4n, "polling"]);
});

test("what was read is read again at a higher height, at once when it came meanwhile", async () => {
  const stream = new Stream();
  const feed = new HeightFeed(stream.make);
  stream.tell(5n);
  await turn();
  const { signal } = new AbortController();
  await nextNews(feed, 4n, signal);
  let isNews = false;
  const waiting = nextNews(feed, 5n, signal).then(() => (isNews = true));
  stream.tell(5n);
  await turn();
  expect(isNews).toBe(false);
  stream.tell(6n);
  await waiting;
});

test("nobody waits for news when the page is left", async () => {
  const feed = new HeightFeed(new Stream().make);
  const stop = new AbortController();
  const waiting = nextNews(feed, 0n, stop.signal);
  stop.abort();
  await waiting;
});
