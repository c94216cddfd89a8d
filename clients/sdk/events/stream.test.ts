import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { event } from "#core/primitives/event.js";
import type { TimeNs } from "#core/primitives/units.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { NoAnswer, RpcFault } from "#test/harness/rpcServer.js";
import { AivmClient } from "../client.js";
import type { Clock } from "../clock.js";
import { httpTransport } from "../rpc/httpTransport.js";
import type { StreamPlace } from "./heights.js";
import { streamBlocks, type StreamOptions } from "./streamBlocks.js";
import { streamEvents } from "./streamEvents.js";
import { type WebSocketLike, webSocketUrlOf } from "./webSocket.js";

type Listener = (event: { readonly data?: unknown }) => void;

/** A socket whose other end is the test. */
class FakeSocket implements WebSocketLike {
  static opened: FakeSocket[] = [];
  static onOpened: (socket: FakeSocket) => void = () => undefined;
  readonly url: string;
  readonly sent: string[] = [];
  isClosed = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.url = url;
    FakeSocket.opened.push(this);
    setImmediate(() => {
      FakeSocket.onOpened(this);
    });
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.tell("close");
  }

  tell(type: string, data?: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }

  /** As CometBFT takes a subscription. */
  accept(): void {
    this.tell("open");
    this.tell("message", JSON.stringify({ jsonrpc: "2.0", id: 1, result: {} }));
  }

  announce(height: bigint): void {
    const value = { header: { height: String(height) } };
    const data = { type: "tendermint/event/NewBlockHeader", value };
    this.tell("message", JSON.stringify({ jsonrpc: "2.0", id: 1, result: { data } }));
  }
}

/** Time in which short pauses pass at once and long ones never do. */
class ShortClock implements Clock {
  readonly pauses: number[] = [];
  onPause: (ms: number) => void = () => undefined;
  longestMs = 14_999;
  readonly nowNs = (): TimeNs => 0n as TimeNs;
  readonly pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((settle, fail) => {
      const refuse = (): void => {
        fail(signal?.reason as Error);
      };
      if (signal?.aborted === true) {
        refuse();
        return;
      }
      this.pauses.push(ms);
      signal?.addEventListener("abort", refuse, { once: true });
      if (ms > this.longestMs) return;
      setImmediate(() => {
        signal?.removeEventListener("abort", refuse);
        this.onPause(ms);
        settle();
      });
    });
}

let fake: FakeChainRpc;
let clock: ShortClock;
let place: StreamPlace;
let controller: AbortController;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  fake.chain.beforeBlock = (height) => [event("tick", [["height", height]]), event("tock", [])];
  clock = new ShortClock();
  place = { rpc: httpTransport(fake.server.url, { attempts: 1 }), clock };
  controller = new AbortController();
  FakeSocket.opened = [];
  FakeSocket.onOpened = (socket) => {
    socket.accept();
  };
});

afterEach(async () => {
  await fake.close();
});

/** Heights of the stream until there are so many; then aborts it and expects it to end. */
async function take(count: number, options: StreamOptions = {}): Promise<bigint[]> {
  const found: bigint[] = [];
  const { signal } = controller;
  for await (const { height } of streamBlocks(place, { ...options, signal })) {
    found.push(height);
    if (found.length === count) controller.abort();
  }
  return found;
}

function makeBlocks(count: number): bigint {
  for (let index = 0; index < count; index++) fake.makeBlock();
  return fake.chain.height;
}

describe("without a socket", () => {
  const POLLING = { transport: "polling" } as const;

  test("blocks are asked for, each once and in order", async () => {
    clock.onPause = () => makeBlocks(2);
    expect(await take(5, POLLING)).toEqual([3n, 4n, 5n, 6n, 7n]);
    expect(clock.pauses).toEqual([1_000, 1_000, 1_000]);
  });

  test("blocks are streamed from an earlier height", async () => {
    clock.onPause = () => makeBlocks(1);
    expect(await take(4, { ...POLLING, fromHeight: 1n })).toEqual([1n, 2n, 3n, 4n]);
  });

  test("an outage is waited out, longer each time, and nothing is missed", async () => {
    const handler = fake.server.handlers.get("status")!;
    let failures = 3;
    fake.server.handlers.set("status", (params) => {
      if (fake.chain.height < 4n || failures-- <= 0) return handler(params);
      throw new NoAnswer("reset");
    });
    const outages: unknown[] = [];
    clock.onPause = () => makeBlocks(1);
    const onOutage = (error: unknown): number => outages.push(error);
    expect(await take(5, { ...POLLING, pollMs: 100, onOutage })).toEqual([3n, 4n, 5n, 6n, 7n]);
    expect(outages).toHaveLength(3);
    expect(outages[0]).toMatchObject({ code: "RPC_UNREACHABLE" });
    expect(clock.pauses).toEqual([100, 100, 100, 200, 400]);
  });

  test("results that are not stored yet, and answers that break off, are asked for again", async () => {
    const handler = fake.server.handlers.get("block_results")!;
    let calls = 0;
    fake.server.handlers.set("block_results", (params) => {
      if (++calls === 1) throw new RpcFault("could not find results for height #3");
      if (calls === 2) throw new NoAnswer("reset");
      return handler(params);
    });
    clock.onPause = () => makeBlocks(1);
    expect(await take(2, POLLING)).toEqual([3n, 4n]);
    expect(calls).toBe(4);
  });

  test("a pruned height fails with the first one that there is", async () => {
    fake.server.handlers.set("block_results", () => {
      throw new RpcFault("height 1 is not available, lowest height is 2");
    });
    await expect(take(1, { ...POLLING, fromHeight: 1n })).rejects.toMatchObject({
      code: "HEIGHT_UNAVAILABLE",
      facts: { height: 1n, earliest: 2n },
    });
  });

  test("an endpoint that keeps no results fails at once, and one that lacks them at last", async () => {
    let problem = "node is not persisting abci responses";
    fake.server.handlers.set("block_results", () => {
      throw new RpcFault(problem);
    });
    const first = { ...POLLING, fromHeight: 1n };
    await expect(take(1, first)).rejects.toMatchObject({ code: "RPC_REFUSED" });
    expect(fake.server.callsOf("block_results")).toHaveLength(1);
    problem = "could not find results for height #1";
    await expect(take(1, first)).rejects.toMatchObject({ code: "RPC_REFUSED" });
    expect(fake.server.callsOf("block_results")).toHaveLength(11);
  });

  test("an answer that is none ends the stream", async () => {
    fake.server.handlers.set("status", () => ({ sync_info: {} }));
    await expect(take(1, POLLING)).rejects.toMatchObject({ code: "RPC_MALFORMED" });
  });

  test("a signal that was aborted before ends it before anything is asked", async () => {
    controller.abort();
    expect(await take(1, POLLING)).toEqual([]);
    expect(fake.server.calls).toEqual([]);
  });

  test("whoever leaves the loop ends it", async () => {
    clock.onPause = () => makeBlocks(1);
    for await (const { height } of streamBlocks(place, POLLING)) {
      if (height === 4n) break;
    }
    expect(fake.server.callsOf("block_results")).toHaveLength(2);
  });
});

describe("with a socket", () => {
  const SOCKET = { transport: "websocket", webSocket: FakeSocket, fromHeight: 3n } as const;

  test("blocks come as they are announced", async () => {
    FakeSocket.onOpened = (socket) => {
      socket.accept();
      // Blocks in between belong to an announcement that did not come.
      for (const count of [1, 3, 1]) socket.announce(makeBlocks(count));
    };
    expect(await take(5, SOCKET)).toEqual([3n, 4n, 5n, 6n, 7n]);
    const [socket] = FakeSocket.opened;
    expect(socket!.url).toBe(webSocketUrlOf(fake.server.url));
    expect(JSON.parse(socket!.sent[0]!)).toMatchObject({
      method: "subscribe",
      params: { query: "tm.event='NewBlockHeader'" },
    });
    expect(socket!.isClosed).toBe(true);
  });

  test("what was missed while it was closed is read, each block once", async () => {
    const outages: unknown[] = [];
    FakeSocket.onOpened = (socket) => {
      socket.accept();
      socket.announce(makeBlocks(1));
      if (FakeSocket.opened.length > 2) return;
      makeBlocks(2);
      socket.tell("error");
      socket.close();
    };
    const onOutage = (error: unknown): number => outages.push(error);
    const found = await take(7, { ...SOCKET, onOutage });
    expect(found).toEqual([3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    expect(FakeSocket.opened).toHaveLength(3);
    expect(outages).toHaveLength(2);
    expect(outages[0]).toMatchObject({ code: "RPC_UNREACHABLE", facts: { method: "subscribe" } });
  });

  test("heights that are announced twice or late are streamed once", async () => {
    const handler = fake.server.handlers.get("block_results")!;
    fake.server.handlers.set("block_results", (params) => {
      // While a block is read there is the next one.
      const height = makeBlocks(1);
      for (const again of [height, height, height - 1n, 1n]) {
        FakeSocket.opened[0]!.announce(again);
      }
      return handler(params);
    });
    makeBlocks(1);
    expect(await take(4, SOCKET)).toEqual([3n, 4n, 5n, 6n]);
  });

  test.each([
    [
      "a refusal",
      { error: { code: -32603, message: "Internal error", data: "max subscriptions" } },
    ],
    ["no JSON-RPC", { height: 5 }],
    ["an event without a height", { result: { data: { value: {} } } }],
  ])("%s closes it, and blocks are asked for", async (_, message) => {
    const outages: unknown[] = [];
    FakeSocket.onOpened = (socket) => {
      socket.tell("open");
      socket.tell("message", JSON.stringify(message));
    };
    clock.onPause = () => makeBlocks(1);
    const onOutage = (error: unknown): number => outages.push(error);
    expect(await take(3, { ...SOCKET, onOutage })).toEqual([3n, 4n, 5n]);
    const code = "error" in message ? "RPC_REFUSED" : "RPC_MALFORMED";
    expect(outages[0]).toMatchObject({ code, facts: { method: "subscribe" } });
    expect(FakeSocket.opened.every(({ isClosed }) => isClosed)).toBe(true);
  });

  test("a constructor that refuses the URL is an outage, ever longer", async () => {
    class Refusing extends FakeSocket {
      constructor(url: string) {
        super(url);
        throw new SyntaxError("no such URL");
      }
    }
    clock.onPause = () => makeBlocks(1);
    const found = await take(9, { transport: "auto", webSocket: Refusing, fromHeight: 3n });
    expect(found.map(Number)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(clock.pauses).toEqual(expect.arrayContaining([500, 1_000, 2_000, 4_000]));
  });

  test("an open one that stays silent is asked about, and opened again", async () => {
    clock.longestMs = 15_000;
    clock.onPause = (ms) => {
      if (ms === 15_000) makeBlocks(1);
    };
    expect(await take(2, SOCKET)).toEqual([3n, 4n]);
    expect(FakeSocket.opened[0]!.isClosed).toBe(true);
    expect(FakeSocket.opened.length).toBeGreaterThan(1);
  });

  test("a dead one, which does not even close, slows nothing down", async () => {
    FakeSocket.onOpened = (socket) => {
      socket.close = () => undefined;
      socket.accept();
    };
    clock.longestMs = 15_000;
    clock.onPause = () => makeBlocks(1);
    expect(await take(4, SOCKET)).toEqual([3n, 4n, 5n, 6n]);
    expect(clock.pauses.filter((ms) => ms === 15_000)).toHaveLength(1);
  });

  test("that no runtime has is a wrong argument that says what to do", async () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
    Reflect.deleteProperty(globalThis, "WebSocket");
    try {
      await expect(take(1, { transport: "websocket" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        facts: { argument: "webSocket" },
        message: expect.stringContaining("Node 20") as string,
      });
      clock.onPause = () => makeBlocks(1);
      expect(await take(1, { transport: "auto" })).toEqual([3n]);
    } finally {
      if (descriptor !== undefined) Object.defineProperty(globalThis, "WebSocket", descriptor);
    }
  });

  test("is where the endpoint's URL leads, or where it is said to be", async () => {
    expect(webSocketUrlOf("https://rpc.example/chain/")).toBe("wss://rpc.example/chain/websocket");
    FakeSocket.onOpened = (socket) => {
      socket.accept();
      socket.announce(makeBlocks(1));
    };
    await take(1, { ...SOCKET, webSocketUrl: "ws://elsewhere/ws" });
    expect(FakeSocket.opened[0]!.url).toBe("ws://elsewhere/ws");
  });
});

describe("events", () => {
  async function heightsOf(filter: Parameters<typeof streamEvents>[1]): Promise<bigint[]> {
    clock.onPause = () => makeBlocks(1);
    const { signal } = controller;
    const found: bigint[] = [];
    const options = { transport: "polling", fromHeight: 3n, signal } as const;
    for await (const { height, txIndex } of streamEvents(place, filter, options)) {
      expect(txIndex).toBeUndefined();
      if (found.push(height) === 3) controller.abort();
    }
    return found;
  }

  test("come block by block, all of them without a filter", async () => {
    expect(await heightsOf(undefined)).toEqual([3n, 3n, 4n, 4n]);
  });

  test("come by type", async () => {
    expect(await heightsOf({ type: "tick" })).toEqual([3n, 4n, 5n]);
  });

  test("come by attributes", async () => {
    makeBlocks(3);
    const client = await AivmClient.connect({ rpc: place.rpc, clock });
    const filter = { type: "tick", attributes: { height: "4" } };
    for await (const one of client.events(filter, { transport: "polling", fromHeight: 1n })) {
      expect(one).toMatchObject({ height: 4n, event: { type: "tick" } });
      break;
    }
    for await (const { height } of client.blocks({ transport: "polling", fromHeight: 2n })) {
      expect(height).toBe(2n);
      break;
    }
  });
});
