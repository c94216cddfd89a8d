import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { validatorsJson } from "#test/harness/cometJson.js";
import { FakeClock } from "#test/harness/fakeClock.js";
import { lightValidator } from "#test/harness/lightChain.js";
import { RpcServer } from "#test/harness/rpcServer.js";
import { pollUntil } from "../poll.js";
import { httpTransport } from "./httpTransport.js";
import type { RpcTransport } from "./transport.js";
import { txSearch } from "./txSearch.js";
import { validators } from "./validators.js";

const SET = Array.from({ length: 230 }, (_, index) => lightValidator(`p${index}`, 1n));

let server: RpcServer;
let rpc: RpcTransport;

beforeEach(async () => {
  server = await RpcServer.start({ validators: (params) => validatorsJson(SET, params) });
  rpc = httpTransport(server.url);
});

afterEach(async () => {
  await server.close();
});

function tx(index: number): JsonObject {
  const result = { code: 0, data: null, log: "", info: "", codespace: "", events: null };
  return {
    hash: "00".repeat(32),
    height: String(index),
    index: 0,
    tx_result: { ...result, gas_wanted: "1", gas_used: "1" },
    tx: "",
  };
}

describe("answers in pages", () => {
  test("are read to the last one", async () => {
    const found = await validators(rpc, 5n);
    expect(found.map(({ address }) => address)).toEqual(SET.map(({ address }) => address));
    const pages = server.callsOf("validators").map(({ params }) => params["page"]);
    expect(pages).toEqual(["1", "2", "3"]);
  });

  test("are read as far as was asked for", async () => {
    server.handlers.set("tx_search", ({ page, per_page: size }) => ({
      txs: Array.from({ length: Number(size) }, (_, index) => tx(Number(page) * 1_000 + index)),
      total_count: "5000",
    }));
    const found = await txSearch(rpc, "tx.height>0", { limit: 130, order: "descending" });
    expect(found).toHaveLength(130);
    expect(server.callsOf("tx_search").map(({ params }) => params)).toMatchObject([
      { page: "1", per_page: "100", order_by: "desc" },
      { page: "2", per_page: "100" },
    ]);
    expect(await txSearch(rpc, "tx.height>0", { limit: 7 })).toHaveLength(7);
  });

  test("with fewer elements than they promise are malformed", async () => {
    server.handlers.set("validators", (params) => ({
      ...validatorsJson(SET, params),
      total: "1000",
    }));
    await expect(validators(rpc, 5n)).rejects.toMatchObject({
      code: "RPC_MALFORMED",
      facts: { at: "result.total" },
    });
  });
});

describe("waiting", () => {
  test("looks at once, then after longer and longer pauses up to the longest", async () => {
    const clock = new FakeClock();
    let looks = 0;
    const found = await pollUntil(clock, "it", { pauseMs: 100, pauseMsMax: 300 }, () => {
      looks += 1;
      return Promise.resolve(looks === 6 ? "there" : undefined);
    });
    expect(found).toBe("there");
    expect(clock.pauses).toEqual([100, 150, 225, 300, 300]);
  });

  test("ends with the time that was given, after a last look", async () => {
    const clock = new FakeClock();
    const failure = pollUntil(clock, "it", { timeoutMs: 1_000 }, () => Promise.resolve(undefined));
    await expect(failure).rejects.toMatchObject({
      code: "WAIT_TIMED_OUT",
      facts: { waitedFor: "it", waitedMs: 1_188 },
    });
  });

  test("ends with what looking throws, and with the signal's reason", async () => {
    const clock = new FakeClock();
    const failure = new Error("no");
    await expect(pollUntil(clock, "it", {}, () => Promise.reject(failure))).rejects.toBe(failure);
    const signal = AbortSignal.abort(failure);
    const aborted = pollUntil(clock, "it", { signal }, () => Promise.resolve(undefined));
    await expect(aborted).rejects.toBe(failure);
  });
});
