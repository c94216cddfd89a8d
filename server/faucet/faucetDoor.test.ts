import { afterEach, describe, expect, test } from "vitest";
import { coin } from "#core/primitives/coin.js";
import { type CreditEvent, FaucetDoor, type FaucetDoorOptions } from "./faucetDoor.js";
import { FaucetFailure } from "./faucetFailure.js";

const ALICE = "nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a";
const OPERATOR = "nesavaloper1w2tgtrgx2f6hktgncw22w7quu3xc4zrnrl64lq";

let door: FaucetDoor | undefined;
let paid: string[];
let events: CreditEvent[];
let nowMs: number;
let refuse: FaucetFailure | undefined;

afterEach(async () => {
  await door?.close();
  door = undefined;
});

async function open(options: Partial<FaucetDoorOptions> = {}): Promise<void> {
  [paid, events, nowMs, refuse] = [[], [], 5_000, undefined];
  door = await FaucetDoor.listen(
    {
      amount: coin("unes", 5n),
      credit: (address) => {
        if (refuse !== undefined) return Promise.reject(refuse);
        paid.push(address);
        return Promise.resolve({ txhash: "AB", height: 7n });
      },
      status: () => Promise.resolve({ status: "ok" }),
      onCredit: (event) => events.push(event),
    },
    {
      host: "127.0.0.1",
      port: 0,
      proxies: [],
      windowMs: 60_000,
      perAddress: 1,
      perIp: 3,
      nowMs: () => nowMs,
      ...options,
    },
  );
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${door!.port}${path}`, init);
  const text = await response.text();
  const json = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : { text };
  return { status: response.status, headers: response.headers, json };
}

const credit = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask("/credit", { method: "POST", body: JSON.stringify(body), headers });

describe("a credit", () => {
  test("is asked for as cosmjs' client does, without a content type of JSON", async () => {
    await open();
    const answer = await credit({ address: ALICE, denom: "unes" });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      address: ALICE,
      amount: { denom: "unes", amount: "5" },
      txhash: "AB",
      height: "7",
    });
    expect(paid).toEqual([ALICE]);
    expect(events).toEqual([
      { address: ALICE, client: "127.0.0.1", outcome: { txhash: "AB", height: 7n } },
    ]);
  });

  test.each([
    ["not JSON", "{", 400, "malformed_body", "JSON object"],
    ["a list", "[]", 400, "malformed_body", "JSON object"],
    ["nothing", "", 400, "malformed_body", "JSON object"],
    ["bytes that are no UTF-8", new Uint8Array([0xff]), 400, "malformed_body", "UTF-8"],
    ["no address", "{}", 400, "malformed_body", "address is missing"],
    ["a number", '{"address":7}', 400, "malformed_body", "address is missing"],
    [
      "a denom of the wrong type",
      `{"address":"${ALICE}","denom":7}`,
      400,
      "malformed_body",
      "denom",
    ],
    ["another denom", `{"address":"${ALICE}","denom":"uatom"}`, 422, "unknown_denom", "uatom"],
    ["a wrong checksum", `{"address":"${ALICE.slice(0, -1)}q"}`, 400, "bad_address", "checksum"],
    ["an operator's address", `{"address":"${OPERATOR}"}`, 400, "wrong_prefix", "begin with nesa1"],
    ["a body of 5 kB", "x".repeat(5_000), 413, "body_too_large", "4096"],
  ])("of %s is refused and pays nobody", async (_what, body, ...[status, code, words]) => {
    await open();
    const answer = await ask("/credit", { method: "POST", body });
    expect([answer.status, answer.json["code"]]).toEqual([status, code]);
    expect(answer.json["message"]).toContain(words);
    expect([paid, events]).toEqual([[], []]);
    // What was refused so does not count.
    expect((await credit({ address: ALICE })).status).toBe(200);
  });

  test("in another case of letters is the same account's", async () => {
    await open();
    expect((await credit({ address: ALICE.toUpperCase() })).json["address"]).toBe(ALICE);
    expect((await credit({ address: ALICE })).status).toBe(429);
  });
});

describe("the limits", () => {
  test("of an account end with its window, as Retry-After says", async () => {
    await open();
    await credit({ address: ALICE });
    nowMs += 10_500;
    const { status, headers, json } = await credit({ address: ALICE });
    expect([status, headers.get("retry-after")]).toEqual([429, "50"]);
    expect(json).toMatchObject({ code: "rate_limited", retry_after_s: 50 });
    expect(json["message"]).toContain(ALICE);
    expect(paid).toHaveLength(1);
    nowMs += 49_500;
    expect((await credit({ address: ALICE })).status).toBe(200);
  });

  test("of a client hold for all its accounts, several at once included", async () => {
    await open({ perAddress: 10 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => credit({ address: ALICE })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    const { json } = answers.find(({ status }) => status === 429)!;
    expect(json["message"]).toContain("your network address");
    expect(paid).toHaveLength(3);
  });

  test("believe the header of a proxy only where there is one", async () => {
    const from = (ip: string): Record<string, string> => ({ "x-forwarded-for": ip });
    await open({ perAddress: 10, perIp: 1 });
    expect((await credit({ address: ALICE }, from("203.0.113.1"))).status).toBe(200);
    expect((await credit({ address: ALICE }, from("203.0.113.2"))).status).toBe(429);
    await door!.close();
    await open({ perAddress: 10, perIp: 1, proxies: ["127.0.0.0/8"] });
    // What a client puts in front of the proxy's own entry is not looked at.
    expect((await credit({ address: ALICE }, from("9.9.9.9, 203.0.113.1"))).status).toBe(200);
    expect((await credit({ address: ALICE }, from("8.8.8.8, 203.0.113.1"))).status).toBe(429);
    expect((await credit({ address: ALICE }, from("203.0.113.2"))).status).toBe(200);
    expect(events.at(-1)?.client).toBe("203.0.113.2");
  });

  test.each([
    ["faucet_empty", 503, 200],
    ["node_unreachable", 503, 200],
    ["receiver_refused", 422, 429],
    ["outcome_unknown", 504, 429],
  ] as const)("after %s count only what may have been sent", async (code, status, next) => {
    await open();
    refuse = new FaucetFailure(code, "because", { address: "nesa1faucet" });
    const answer = await credit({ address: ALICE });
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ code, message: "because", address: "nesa1faucet" });
    refuse = undefined;
    expect((await credit({ address: ALICE })).status).toBe(next);
  });
});

describe("the server", () => {
  test("lets pages of any origin ask", async () => {
    await open();
    const preflight = await ask("/credit", { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
    const refused = await credit({});
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    expect(refused.headers.get("access-control-expose-headers")).toBe("retry-after");
  });

  test("tells how it is, and what else it has", async () => {
    await open();
    expect((await ask("/status")).json).toEqual({ status: "ok" });
    expect((await ask("/healthz")).json["text"]).toContain("POST");
    expect((await ask("/credit")).json).toMatchObject({ code: "method_not_allowed" });
    expect((await ask("/credit")).status).toBe(405);
    const unknown = await ask("/credits");
    expect([unknown.status, unknown.json["code"]]).toEqual([404, "not_found"]);
  });
});
