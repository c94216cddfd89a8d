import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonValue } from "#core/codec/json.js";
import { FakeClock } from "#test/harness/fakeClock.js";
import { NoAnswer, RawAnswer, RpcFault, RpcServer } from "#test/harness/rpcServer.js";
import { SdkError, type SdkErrorCode } from "../errors.js";
import { httpTransport, type HttpTransportOptions } from "./httpTransport.js";
import type { JsonCursor } from "./jsonCursor.js";

let server: RpcServer;
let clock: FakeClock;

beforeEach(async () => {
  clock = new FakeClock();
  server = await RpcServer.start({ echo: (params) => params });
});

afterEach(async () => {
  await server.close();
});

function call(options: HttpTransportOptions = {}, signal?: AbortSignal): Promise<JsonCursor> {
  return httpTransport(server.url, { clock, ...options }).call("echo", { a: "b" }, { signal });
}

/** Answers the first calls of `echo` in these ways and the rest as it should be. */
function answerFirst(...faults: readonly Error[]): void {
  const waiting = [...faults];
  server.handlers.set("echo", (params) => {
    const fault = waiting.shift();
    if (fault !== undefined) throw fault;
    return params;
  });
}

async function failure(promise: Promise<unknown>): Promise<SdkError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SdkError);
  return error as SdkError;
}

describe("a call that is answered", () => {
  test("gives the result, and numbers its calls", async () => {
    const rpc = httpTransport(server.url);
    expect((await rpc.call("echo", { a: "b" })).field("a").text()).toBe("b");
    expect((await rpc.call("echo", { a: "c" })).field("a").text()).toBe("c");
    expect(rpc.url).toBe(server.url);
  });

  test("carries the headers that were given", async () => {
    await call({ headers: { "x-api-key": "k" } });
    expect(server.calls[0]!.headers).toMatchObject({
      "x-api-key": "k",
      "content-type": "application/json",
    });
  });

  test("goes through the fetch that was given", async () => {
    const urls: unknown[] = [];
    await call({
      fetch: (input, init) => {
        urls.push(input);
        return fetch(input, init);
      },
    });
    expect(urls).toEqual([server.url]);
  });
});

describe("a failure that may pass", () => {
  test.each([
    ["a connection that breaks off", new NoAnswer("reset")],
    ["502", new RawAnswer(502, "<html>bad gateway</html>")],
    ["503", new RawAnswer(503, "")],
    ["504", new RawAnswer(504, "")],
    ["429", new RawAnswer(429, "slow down")],
  ])("%s is tried again, each time after twice the pause", async (_, fault) => {
    answerFirst(fault, fault);
    expect((await call()).field("a").text()).toBe("b");
    expect(server.calls).toHaveLength(3);
    expect(clock.pauses).toEqual([200, 400]);
  });

  test("is passed on when it stays", async () => {
    answerFirst(...Array.from({ length: 9 }, () => new RawAnswer(503, "down for maintenance")));
    const error = await failure(call({ attempts: 4, retryPauseMs: 1 }));
    expect(error).toMatchObject({
      code: "RPC_HTTP_STATUS",
      facts: { url: server.url, method: "echo", status: 503, body: "down for maintenance" },
    });
    expect(server.calls).toHaveLength(4);
    expect(clock.pauses).toEqual([1, 2, 4]);
  });

  test("an endpoint where nobody listens cannot be reached", async () => {
    const gone = await RpcServer.start();
    const { url } = gone;
    await gone.close();
    const error = await failure(httpTransport(url, { clock }).call("echo", {}));
    expect(error).toMatchObject({ code: "RPC_UNREACHABLE", facts: { url, method: "echo" } });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(clock.pauses).toHaveLength(2);
  });

  test("an endpoint that does not answer times out", async () => {
    answerFirst(new NoAnswer("silence"), new NoAnswer("silence"));
    const error = await failure(call({ timeoutMs: 20, attempts: 2 }));
    expect(error).toMatchObject({ code: "RPC_TIMEOUT", facts: { timeoutMs: 20 } });
    expect(server.calls).toHaveLength(2);
  });
});

describe("a failure that will not pass", () => {
  const answers: ReadonlyArray<readonly [string, Error, SdkErrorCode, object]> = [
    ["404", new RawAnswer(404, "not here"), "RPC_HTTP_STATUS", { status: 404, body: "not here" }],
    [
      "a long page",
      new RawAnswer(400, "x".repeat(5_000)),
      "RPC_HTTP_STATUS",
      { body: "x".repeat(200) },
    ],
    [
      "a JSON-RPC error",
      new RpcFault("height 9 must be less"),
      "RPC_REFUSED",
      { rpcCode: -32603, reason: "Internal error", data: "height 9 must be less" },
    ],
    [
      "a JSON-RPC error with an HTTP status",
      new RawAnswer(500, `{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}}`),
      "RPC_REFUSED",
      { rpcCode: -32700, reason: "Parse error", data: "" },
    ],
    ["text", new RawAnswer(200, "hello"), "RPC_MALFORMED", { problem: "not JSON" }],
    ["JSON of something else", new RawAnswer(200, "[]"), "RPC_MALFORMED", { method: "echo" }],
    ["neither result nor error", new RawAnswer(200, `{"id":$ID}`), "RPC_MALFORMED", {}],
    [
      "both",
      new RawAnswer(200, `{"id":$ID,"result":{},"error":{"code":1,"message":""}}`),
      "RPC_MALFORMED",
      {},
    ],
    [
      "another call's result",
      new RawAnswer(200, `{"id":99,"result":{"a":"b"}}`),
      "RPC_MALFORMED",
      { at: "$.id" },
    ],
    [
      "an error that is no object",
      new RawAnswer(200, `{"id":$ID,"error":"no"}`),
      "RPC_MALFORMED",
      { at: "$.error" },
    ],
  ];

  test.each(answers)("%s is passed on at once", async (_, answer, code, facts) => {
    answerFirst(answer);
    const error = await failure(call());
    expect(error).toMatchObject({ code, facts });
    expect(server.calls).toHaveLength(1);
    expect(clock.pauses).toEqual([]);
  });

  test.each(["", "localhost:26657", "tcp://localhost:26657", "ws://x", "http://"])(
    "%j is refused as an endpoint",
    (url) => {
      expect(() => httpTransport(url)).toThrow(SdkError);
    },
  );
});

describe("a call that is aborted", () => {
  const reason = new Error("enough");

  test("before it begins sends nothing", async () => {
    await expect(call({}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.calls).toEqual([]);
  });

  test("while it waits for an answer rejects with the signal's reason", async () => {
    const abort = new AbortController();
    server.handlers.set("echo", () => {
      abort.abort(reason);
      return new Promise<JsonValue>(() => undefined);
    });
    await expect(call({}, abort.signal)).rejects.toBe(reason);
    expect(server.calls).toHaveLength(1);
  });

  test("between two attempts makes no further one", async () => {
    const abort = new AbortController();
    server.handlers.set("echo", () => {
      abort.abort(reason);
      throw new RawAnswer(503, "");
    });
    await expect(call({}, abort.signal)).rejects.toBe(reason);
    expect(server.calls).toHaveLength(1);
  });
});
