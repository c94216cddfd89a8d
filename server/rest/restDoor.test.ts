import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { DOOR_BALANCE_UNES, doorChain, type DoorChain, openRest } from "#test/harness/doors.js";
import type { RestDoor } from "./restDoor.js";

const MAX_BODY_BYTES = 100_000;
const LIMITS = { maxConnections: 50, maxBodyBytes: MAX_BODY_BYTES, readTimeoutMs: 1_000 };
const UNKNOWN = formatAddress("account", toAddress(new Uint8Array(20).fill(9)));

let chain: DoorChain;
let door: RestDoor;
let base: string;

beforeAll(async () => {
  chain = await doorChain();
  door = await openRest(chain, LIMITS);
  base = `http://127.0.0.1:${door.port}`;
});

afterAll(async () => {
  await door.close();
});

interface Answer {
  readonly status: number;
  readonly json: JsonValue;
  readonly headers: Headers;
}

async function get(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${base}${path}`, init);
  const json = (await response.json()) as JsonValue;
  return { status: response.status, json, headers: response.headers };
}

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  type = "application/json",
): Promise<Answer> {
  return get(path, { method: "POST", body, headers: { "content-type": type } });
}

/** Status, code and message of an error; fails where the answer has another form. */
async function refusal(asked: Promise<Answer>): Promise<string> {
  const { status, json } = await asked;
  const { code, message, details } = json as { code: number; message: string; details: [] };
  expect(Object.keys(json as JsonObject)).toEqual(["code", "message", "details"]);
  expect(details).toEqual([]);
  return `${status} ${code} ${message}`;
}

/** Writes bytes to a fresh connection; gives status, code and message of the answer. */
async function exchange(text: string): Promise<string> {
  const socket = connect(door.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.write(text);
  await once(socket, "close");
  const answer = Buffer.concat(chunks).toString("utf8");
  const [, status = "", body = ""] =
    /^HTTP\/1\.1 ([0-9]{3}) [^]*?\r\n\r\n([^]*)$/.exec(answer) ?? [];
  const { code, message } = JSON.parse(body) as { code: number; message: string };
  return `${status} ${code} ${message}`;
}

describe("the REST door", () => {
  test("answers in the JSON of the SDK's gateway and names the height", async () => {
    const address = chain.accounts[0]!.text;
    const { status, json, headers } = await get(
      `/cosmos/bank/v1beta1/balances/${address}?pagination.limit=1000`,
    );
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(json).toEqual({
      balances: [{ denom: "unes", amount: DOOR_BALANCE_UNES.toString() }],
      pagination: { next_key: null, total: "0" },
    });
    expect(headers.get("x-cosmos-block-height")).toBe("3");
    expect(headers.get("grpc-metadata-x-cosmos-block-height")).toBe("3");
    const past = await get(`/cosmos/bank/v1beta1/balances/${address}`, {
      headers: { "x-cosmos-block-height": "2" },
    });
    expect(past.headers.get("x-cosmos-block-height")).toBe("2");
  });

  test("flattens an Any and writes defaults", async () => {
    const { json } = await get(`/cosmos/auth/v1beta1/accounts/${chain.accounts[1]!.text}`);
    expect(json).toEqual({
      account: {
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address: chain.accounts[1]!.text,
        pub_key: null,
        account_number: expect.stringMatching(/^[0-9]+$/) as string,
        sequence: "0",
      },
    });
  });

  test("says with 404, 400 and 501 what is absent, wrong and unknown, as wallets expect", async () => {
    expect(await refusal(get(`/cosmos/auth/v1beta1/accounts/${UNKNOWN}`))).toBe(
      `404 5 rpc error: code = NotFound desc = account ${UNKNOWN} not found: key not found`,
    );
    expect(await refusal(get("/cosmos/bank/v1beta1/spendable_balances/test"))).toMatch(/^400 3 /);
    for (const path of [
      "/",
      "/feemarket/v1/params",
      "/ibc/apps/transfer/v1/params",
      "/cosmos/bank/v1beta1/params/",
    ]) {
      expect(await refusal(get(path))).toBe("501 12 Not Implemented");
    }
    expect(await refusal(post("/cosmos/bank/v1beta1/params", "{}"))).toBe("501 12 Not Implemented");
    expect(await refusal(get("/cosmos/distribution/v1beta1/validators/x/slashes"))).toBe(
      "501 12 method ValidatorSlashes not implemented",
    );
  });

  test("pages by limit and key, by offset, backwards and with a total", async () => {
    const page = async (query: string) => {
      const { json } = await get(`/cosmos/auth/v1beta1/accounts?${query}`);
      return json as {
        accounts: JsonObject[];
        pagination: { next_key: string | null; total: string };
      };
    };
    const all = await page("pagination.count_total=true");
    const total = all.accounts.length;
    expect(total).toBeGreaterThan(5);
    expect(all.pagination).toEqual({ next_key: null, total: String(total) });
    const walked: JsonObject[] = [];
    let key: string | null = null;
    do {
      const next: string = key === null ? "" : `&pagination.key=${encodeURIComponent(key)}`;
      const { accounts, pagination } = await page(`pagination.limit=2${next}`);
      walked.push(...accounts);
      key = pagination.next_key;
    } while (key !== null);
    expect(walked).toEqual(all.accounts);
    expect((await page("pagination.offset=2&pagination.limit=1")).accounts).toEqual([
      all.accounts[2],
    ]);
    expect((await page("pagination.reverse=true")).accounts).toEqual(all.accounts.toReversed());
    expect((await page("pagination.countTotal=1&cache=7")).pagination.total).toBe(String(total));
    const huge = await page("pagination.limit=18446744073709551615");
    expect(huge.accounts).toHaveLength(total);
  });

  test("refuses what the query string and the path cannot mean", async () => {
    const accounts = (query: string): Promise<string> =>
      refusal(get(`/cosmos/auth/v1beta1/accounts?${query}`));
    expect(await accounts("pagination.limit=-1")).toBe(
      '400 3 strconv.ParseUint: parsing "-1": invalid syntax',
    );
    expect(await accounts("pagination.limit=18446744073709551616")).toBe(
      '400 3 strconv.ParseUint: parsing "18446744073709551616": value out of range',
    );
    expect(await accounts("pagination.reverse=maybe")).toMatch(/^400 3 strconv.ParseBool/);
    expect(await accounts("pagination.key=%25%25")).toBe('400 3 "%%" is not base64');
    expect(await accounts("pagination=1")).toMatch(/^400 3 pagination is a message/);
    expect(await accounts("pagination.limit.x=1")).toMatch(/^400 3 unexpected nested field/);
    expect(await accounts("pagination.limit=%ff")).toMatch(/^400 3 invalid URL escape/);
    expect(await accounts("pagination.key=AA%3D%3D&pagination.offset=1")).toMatch(
      /^400 3 .*either offset or key is expected/,
    );
    expect(await refusal(get("/cosmos/staking/v1beta1/historical_info/ten"))).toBe(
      '400 3 type mismatch, parameter: height, error: strconv.ParseInt: parsing "ten": invalid syntax',
    );
    expect(await refusal(get("/cosmos/bank/v1beta1/balances/%ff"))).toMatch(/^400 3 /);
    expect(await refusal(get("/cosmos/bank/v1beta1/balances/%zz"))).toMatch(/^400 3 /);
  });

  test("refuses heights that are none", async () => {
    const at = (height: string): Promise<string> =>
      refusal(get("/cosmos/bank/v1beta1/params", { headers: { "x-cosmos-block-height": height } }));
    expect(await at("-1")).toMatch(/^400 3 cannot query with height < 0/);
    expect(await at("two")).toMatch(/^400 3 invalid height header/);
    expect(await at("9")).toMatch(/^400 3 cannot query with height in the future/);
  });

  test("refuses heights that were pruned, and says which there are", async () => {
    const pruned = await doorChain([], { pruning: { keepRecent: 2, interval: 1 } });
    const other = await openRest(pruned);
    const at = async (height: string): Promise<unknown> => {
      const init = { headers: { "x-cosmos-block-height": height } };
      const url = `http://127.0.0.1:${other.port}/cosmos/bank/v1beta1/params`;
      return (await fetch(url, init)).json();
    };
    expect(await at("3")).toHaveProperty("params");
    expect(await at("1")).toMatchObject({
      code: 3,
      message: expect.stringMatching(
        /failed to load state at height 1; version does not exist \(latest height: 3\)/,
      ) as string,
    });
    expect(pruned.node.faults).toEqual([]);
    await other.close();
  });

  test("refuses bodies that are no message", async () => {
    const simulate = (body: string | Uint8Array<ArrayBuffer>): Promise<string> =>
      refusal(post("/cosmos/tx/v1beta1/simulate", body));
    expect(await simulate("{")).toBe("400 3 the body is not JSON");
    expect(await simulate(Uint8Array.of(0x22, 0xff, 0x22))).toBe("400 3 the body is not UTF-8");
    expect(await simulate("[]")).toMatch(/^400 3 JSON does not fit the message/);
    expect(await simulate('{"tx_bytes":7}')).toMatch(/^400 3 .*not base64/);
    expect(await simulate('{"tx_bites":""}')).toMatch(/^400 3 .*unknown field/);
    expect(await simulate("")).toMatch(/^400 3 .*empty txBytes is not allowed/);
    expect(await simulate(`"${"x".repeat(MAX_BODY_BYTES)}"`)).toBe("413 8 request body too large");
  });

  test("lets clients that send far too much read why, and takes what they still send", async () => {
    const socket = connect(door.port, "127.0.0.1");
    const answers: string[] = [];
    socket.on("data", (chunk) => answers.push(String(chunk)));
    const length = 10 << 20;
    socket.write(
      `POST /cosmos/tx/v1beta1/simulate HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`,
    );
    await vi.waitFor(() => {
      expect(answers.join("")).toMatch(/^HTTP\/1.1 413 [^]*request body too large/);
    });
    socket.write("x".repeat(length));
    socket.write("GET /cosmos/bank/v1beta1/params HTTP/1.1\r\nHost: x\r\n\r\n");
    await vi.waitFor(() => {
      expect(answers.join("")).toMatch(/HTTP\/1.1 200 [^]*default_send_enabled/);
    });
    socket.destroy();
  });

  test("reads JSON whatever the content type says", async () => {
    const asked = post("/cosmos/tx/v1beta1/simulate", '{"tx_bytes":"AA=="}', "text/plain");
    expect(await refusal(asked)).toMatch(/^500 2 .*tx parse error.*with gas used: '0'/);
  });

  test("answers what never becomes a request, and closes", async () => {
    expect(await exchange("no HTTP at all\r\n\r\n")).toBe("400 3 malformed HTTP");
    const huge = `GET / HTTP/1.1\r\nHost: x\r\nX-Huge: ${"x".repeat(20_000)}\r\n\r\n`;
    expect(await exchange(huge)).toBe("431 8 request headers too large");
    expect(await exchange("GET /cosmos/bank/v1beta1/params HTTP/1.1\r\nHost: x\r\nX-Slow: ")).toBe(
      "408 4 the request took too long to arrive",
    );
    const body =
      "POST /cosmos/tx/v1beta1/simulate HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{";
    expect(await exchange(body)).toBe("408 4 the request took too long to arrive");
  });

  test("closes connections beyond the most that it takes", async () => {
    const sockets: Socket[] = [];
    let closed = 0;
    for (let index = 0; index < LIMITS.maxConnections + 20; index++) {
      const socket = connect(door.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.on("close", () => closed++);
      await once(socket, "connect");
      sockets.push(socket);
    }
    await vi.waitFor(() => {
      expect(closed).toBeGreaterThanOrEqual(20);
    });
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => {
      expect((await get("/cosmos/bank/v1beta1/params")).status).toBe(200);
    });
  });

  test("lets pages of any origin ask", async () => {
    const response = await fetch(`${base}/cosmos/bank/v1beta1/params`, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-headers")).toContain("content-type");
    const { headers } = await get("/nothing");
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });
});
