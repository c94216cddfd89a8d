import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  GetNodeInfoResponse,
  GetLatestBlockResponse,
} from "#core/codec/generated/cosmos/base/tendermint/v1beta1.js";
import {
  AuthInfo,
  GetTxRequest,
  GetTxResponse,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { toBase64, toUpperHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { abciQuery } from "#sdk/rpc/abciQuery.js";
import { currentAccount } from "#sdk/tx/currentAccount.js";
import { buildTx, type TxContent } from "#sdk/tx/buildTx.js";
import { signTx } from "#sdk/tx/signTx.js";
import type { AivmClient } from "#sdk/client.js";
import { showLogsOnFailure, TestNetwork } from "../network.js";
import { ReflectionClient } from "./reflectionClient.js";

const STRANGER = formatAddress("account", toAddress(new Uint8Array(20).fill(7)));
const COMET = "/cosmos.base.tendermint.v1beta1.Service";
const TX = "/cosmos/tx/v1beta1";
const EMPTY = new Uint8Array(0);
/** Statuses that say that this server failed, not its caller. */
const FAILURES = [2, 13, 14];

let network: TestNetwork;
let client: AivmClient;
let grpc: ReflectionClient;
let rest: string;
let user: string;

beforeAll(async () => {
  network = await TestNetwork.start({ validators: 1 });
  client = await network.connect();
  const { ports } = network.node(0).node;
  grpc = new ReflectionClient(`127.0.0.1:${ports.grpc}`);
  rest = `http://127.0.0.1:${ports.rest}`;
  user = network.files.user.address;
}, 120_000);

afterAll(async () => {
  grpc.close();
  await network.close();
}, 60_000);

showLogsOnFailure(() => network);

interface RestAnswer {
  readonly status: number;
  readonly json: JsonValue;
  readonly headers: Headers;
}

async function get(path: string, init: RequestInit = {}): Promise<RestAnswer> {
  const response = await fetch(`${rest}${path}`, init);
  const json = (await response.json()) as JsonValue;
  return { status: response.status, json, headers: response.headers };
}

function post(path: string, body: object): Promise<RestAnswer> {
  return get(path, { method: "POST", body: JSON.stringify(body) });
}

/** What is at a dotted path within JSON. */
function at(json: JsonValue, path: string): JsonValue | undefined {
  return path
    .split(".")
    .reduce<JsonValue | undefined>(
      (value, name) => (value as Record<string, JsonValue> | undefined)?.[name],
      json,
    );
}

/** The text at a dotted path within JSON. */
function textAt(json: JsonValue, path: string): string {
  const found = at(json, path);
  return typeof found === "string" ? found : JSON.stringify(found);
}

/** A signed transfer of one coin to a stranger. */
async function transfer(): Promise<Uint8Array> {
  const { txContext: context } = client;
  const account = await currentAccount(context, {});
  return signTx(content(), { ...context, account });
}

function content(): TxContent {
  const amount = [coin("unes", 1n)];
  const message = pack(MsgSend, { fromAddress: user, toAddress: STRANGER, amount });
  const fee = [coin("unes", 1_000n)];
  return { messages: [message], memo: "", timeoutHeight: 0n, gasLimit: 200_000n, fee };
}

describe("a reflection client", () => {
  test("lists every service, and calls everything that takes no argument", async () => {
    const services = await grpc.services();
    expect(services).toEqual(services.toSorted());
    const called: string[] = [];
    for (const service of services) {
      for (const { name, input, methodKind } of await grpc.methods(service)) {
        if (methodKind !== "unary") continue;
        const path = `/${service}/${name}`;
        const { code, details, value } = await grpc.call(path, EMPTY);
        // With nothing in it, a request is right, or wrong by the caller's own doing.
        expect(FAILURES, `${path}: ${details}`).not.toContain(code);
        if (input.fields.length > 0 || code === 12) continue;
        expect(`${path}: ${details}`).toBe(`${path}: `);
        called.push(path);
        if (input.fields.length === 0 && /Params$|Info$/.test(name)) {
          expect(value.length).toBeGreaterThan(0);
        }
      }
    }
    expect(called).toEqual(
      expect.arrayContaining([
        "/cosmos.auth.v1beta1.Query/Params",
        "/cosmos.staking.v1beta1.Query/Pool",
        "/cosmos.base.node.v1beta1.Service/Config",
        "/cosmos.base.node.v1beta1.Service/Status",
        "/cosmos.base.tendermint.v1beta1.Service/GetNodeInfo",
        "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock",
        "/aivm.inference.v1.Query/Params",
      ]),
    );
  });

  test("learns versions and the chain, and asks at a height", async () => {
    const info = await grpc.call(`${COMET}/GetNodeInfo`, EMPTY);
    const { defaultNodeInfo, applicationVersion } = GetNodeInfoResponse.decode(info.value);
    expect(defaultNodeInfo?.network).toBe(network.chainId);
    const versions = Object.fromEntries(
      applicationVersion!.buildDeps.map(({ path, version }) => [path, version]),
    );
    expect(versions["github.com/cosmos/cosmos-sdk"]).toMatch(/^v0\.50\./);
    expect(versions["github.com/cometbft/cometbft"]).toMatch(/^v0\.38\./);
    const { sdkBlock } = GetLatestBlockResponse.decode(
      (await grpc.call(`${COMET}/GetLatestBlock`, EMPTY)).value,
    );
    expect(sdkBlock?.header.proposerAddress).toMatch(/^nesavalcons1/);
    const past = await grpc.call("/cosmos.bank.v1beta1.Query/Params", EMPTY, {
      "x-cosmos-block-height": "1",
    });
    expect(past).toMatchObject({ code: 0, height: "1" });
  });
});

test("relayers learn versions over ABCI too", async () => {
  const path = `${COMET}/GetNodeInfo`;
  const { value } = await abciQuery(client.rpc, { path, data: EMPTY });
  const { applicationVersion } = GetNodeInfoResponse.decode(value);
  expect(applicationVersion?.cosmosSdkVersion).toMatch(/^v0\.50\./);
});

test("two hundred clients that walk every account do not delay blocks", async () => {
  const heightOf = async (): Promise<number> => Number(await network.node(0).height());
  const rate = async (): Promise<number> => {
    const [from, startMs] = [await heightOf(), performance.now()];
    await network.awaitBlocks(6n);
    return ((await heightOf()) - from) / (performance.now() - startMs);
  };
  const quiet = await rate();
  let answered = 0;
  const stop = new AbortController();
  const walks = Array.from({ length: 200 }, async () => {
    while (!stop.signal.aborted) {
      const { status } = await get("/cosmos/auth/v1beta1/accounts?pagination.limit=1000");
      if (status === 200) answered++;
    }
  });
  const busy = await rate();
  stop.abort();
  await Promise.all(walks);
  expect(answered).toBeGreaterThan(200);
  // The clients are on this machine as well, and take its processors.
  expect(busy).toBeGreaterThan(quiet / 3);
});

describe("Keplr", () => {
  test("finds the chain, accounts and balances", async () => {
    const node = await get("/cosmos/base/tendermint/v1beta1/node_info");
    expect(at(node.json, "default_node_info.network")).toBe(network.chainId);
    const account = await get(`/cosmos/auth/v1beta1/accounts/${user}`);
    expect(account.json).toMatchObject({
      account: {
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address: user,
        account_number: expect.stringMatching(/^[0-9]+$/) as string,
        sequence: expect.stringMatching(/^[0-9]+$/) as string,
      },
    });
    const unknown = await get(`/cosmos/auth/v1beta1/accounts/${STRANGER}`);
    expect([unknown.status, unknown.json]).toEqual([
      404,
      {
        code: 5,
        message: `rpc error: code = NotFound desc = account ${STRANGER} not found: key not found`,
        details: [],
      },
    ]);
    for (const kind of ["balances", "spendable_balances"]) {
      const { json } = await get(`/cosmos/bank/v1beta1/${kind}/${user}?pagination.limit=1000`);
      expect(at(json, "balances.0.denom")).toBe("unes");
      expect(at(json, "pagination.next_key")).toBeNull();
    }
  });

  test("probes for features by the statuses of routes", async () => {
    const status = async (path: string): Promise<number> => (await get(path)).status;
    expect(await status("/cosmos/bank/v1beta1/spendable_balances/test")).toBe(400);
    for (const path of [
      "/ibc/apps/transfer/v1/params",
      "/ibc/apps/transfer/v1/denoms/test",
      "/feemarket/v1/params",
      `/cosmos/authz/v1beta1/grants/granter/${user}`,
    ]) {
      expect((await get(path)).json).toEqual({ code: 12, message: "Not Implemented", details: [] });
    }
  });

  test("fills its staking page", async () => {
    for (const [path, field] of [
      ["/cosmos/staking/v1beta1/params", "params.bond_denom"],
      ["/cosmos/staking/v1beta1/pool", "pool.bonded_tokens"],
      [
        "/cosmos/staking/v1beta1/validators?status=BOND_STATUS_BONDED&pagination.limit=1000",
        "validators.0.operator_address",
      ],
      [`/cosmos/staking/v1beta1/delegations/${user}`, "delegation_responses"],
      [`/cosmos/staking/v1beta1/delegators/${user}/unbonding_delegations`, "unbonding_responses"],
      [`/cosmos/distribution/v1beta1/delegators/${user}/rewards`, "rewards"],
      ["/cosmos/distribution/v1beta1/params", "params.community_tax"],
    ] as const) {
      const { status, json } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(at(json, field), path).toBeDefined();
    }
  });

  test("simulates without key and signature, broadcasts and traces", async () => {
    const { publicKey } = client.txContext.signer;
    const { sequence } = await currentAccount(client.txContext, {});
    const mode = SignMode.LEGACY_AMINO_JSON;
    const parts = buildTx(content(), { publicKey, sequence, mode });
    const unsigned = AuthInfo.decode(parts.authInfoBytes);
    const simulated = TxRaw.encode({
      bodyBytes: parts.bodyBytes,
      authInfoBytes: AuthInfo.encode({
        ...unsigned,
        signerInfos: unsigned.signerInfos.map((one) => ({ ...one, publicKey: undefined })),
      }),
      signatures: [new Uint8Array(64)],
    });
    const gas = await post(`${TX}/simulate`, { tx_bytes: toBase64(simulated) });
    expect(gas.status).toBe(200);
    expect(Number(at(gas.json, "gas_info.gas_used"))).toBeGreaterThan(10_000);

    const bytes = await transfer();
    const body = { tx_bytes: toBase64(bytes), mode: "BROADCAST_MODE_SYNC" };
    const sent = await post(`${TX}/txs`, body);
    const hash = toUpperHex(sha256(bytes));
    expect(sent.json).toMatchObject({ tx_response: { code: 0, txhash: hash, raw_log: "" } });
    const again = await post(`${TX}/txs`, body);
    expect(again.json).toMatchObject({ tx_response: { code: 19, codespace: "sdk", txhash: hash } });
    await network.awaitBlocks(3n);

    const found = await get(`${TX}/txs/${hash}`);
    expect(found.json).toMatchObject({
      tx: {
        body: { messages: [{ "@type": "/cosmos.bank.v1beta1.MsgSend", to_address: STRANGER }] },
      },
      tx_response: {
        code: 0,
        txhash: hash,
        tx: { "@type": "/cosmos.tx.v1beta1.Tx", signatures: [expect.any(String) as string] },
        timestamp: expect.stringMatching(/^[-0-9]{10}T[:0-9]{8}Z$/) as string,
      },
    });
    const height = textAt(found.json, "tx_response.height");
    const query = encodeURIComponent(`transfer.recipient='${STRANGER}'`);
    const searched = await get(`${TX}/txs?query=${query}&page=1&limit=5&order_by=ORDER_BY_DESC`);
    expect(searched.json).toMatchObject({ total: "1", tx_responses: [{ txhash: hash, height }] });
    const events = await get(`${TX}/txs?events=${query}&events=tx.height=${height}`);
    expect(at(events.json, "tx_responses.0.txhash")).toBe(hash);
    const block = await get(`${TX}/txs/block/${height}`);
    expect(at(block.json, "txs.0.body.messages.0.to_address")).toBe(STRANGER);
    expect(at(block.json, "block.header.height")).toBe(height);

    const decoded = await post(`${TX}/decode`, { tx_bytes: toBase64(bytes) });
    const encoded = await post(`${TX}/encode`, decoded.json as JsonObject);
    expect(encoded.json).toEqual({ tx_bytes: toBase64(bytes) });
    const overGrpc = await grpc.call(
      "/cosmos.tx.v1beta1.Service/GetTx",
      GetTxRequest.encode({ hash }),
    );
    expect(GetTxResponse.decode(overGrpc.value).txResponse).toMatchObject({
      txhash: hash,
      code: 0,
    });
  });
});

describe("REST", () => {
  test("gives blocks, validator sets and ABCI queries", async () => {
    const base = "/cosmos/base/tendermint/v1beta1";
    const latest = await get(`${base}/blocks/latest`);
    expect(at(latest.json, "sdk_block.header.proposer_address")).toMatch(/^nesavalcons1/);
    const second = await get(`${base}/blocks/2`);
    expect(at(second.json, "block.header.height")).toBe("2");
    expect(at(second.json, "block.last_commit.height")).toBe("1");
    for (const path of ["latest", "2"]) {
      const set = await get(`${base}/validatorsets/${path}?pagination.limit=1`);
      expect(set.json).toMatchObject({
        validators: [{ pub_key: { "@type": "/cosmos.crypto.ed25519.PubKey" } }],
        pagination: { total: "1" },
      });
    }
    expect((await get(`${base}/syncing`)).json).toEqual({ syncing: false });
    const version = await get(`${base}/abci_query?path=/app/version`);
    expect(at(version.json, "value")).toBe(toBase64(Buffer.from("0.1.0")));
    expect((await get("/cosmos/base/node/v1beta1/status")).status).toBe(200);
  });

  test("answers what is wrong in its own form, and the node goes on", async () => {
    const before = await client.rpc.call("status", {});
    const refused = async (path: string, init: RequestInit = {}): Promise<string> => {
      const { status, json } = await get(path, init);
      expect(Object.keys(json as JsonObject)).toEqual(["code", "message", "details"]);
      return `${status} ${textAt(json, "message")}`;
    };
    const body = (text: string | Uint8Array<ArrayBuffer>): RequestInit => ({
      method: "POST",
      body: text,
    });
    const blocks = "/cosmos/base/tendermint/v1beta1/blocks";
    expect(await refused("/no/such/route")).toBe("501 Not Implemented");
    expect(await refused(`${TX}/simulate`, body("{"))).toBe("400 the body is not JSON");
    expect(await refused(`${TX}/simulate`, body('{"tx_bytes":{}}'))).toMatch(/^400 .*not base64/);
    expect(await refused(`${TX}/simulate`, body(Uint8Array.of(0xff)))).toBe(
      "400 the body is not UTF-8",
    );
    // Often: the answer must be read by a client that is still writing.
    for (let round = 0; round < 10; round++) {
      const huge = refused(`${TX}/simulate`, body("x".repeat(10 << 20)));
      expect(await huge).toBe("413 request body too large");
    }
    expect(await refused(`${TX}/txs`, body("{}"))).toBe("400 invalid empty tx");
    expect(await refused(`${TX}/txs/${"00".repeat(32)}`)).toMatch(/^404 tx not found: 0000/);
    expect(await refused(`${TX}/txs/xyz`)).toBe("400 tx hash must be hex digits");
    expect(await refused(`${TX}/txs`)).toBe("400 query cannot be empty");
    expect(await refused(`${TX}/txs?query=%27`)).toMatch(/^400 /);
    expect(await refused(`${TX}/txs?query=tx.height%3E0&page=999`)).toMatch(/^400 page should be/);
    expect(await refused(`${blocks}/999999999`)).toMatch(/^400 requested block height is bigger/);
    expect(await refused(`${blocks}/-1`)).toMatch(/^400 height must be greater than 0/);
    expect(await refused(`${blocks}/one`)).toMatch(/^400 type mismatch, parameter: height/);
    expect(await refused("/cosmos/bank/v1beta1/balances/%ff")).toMatch(/^400 /);
    for (const height of ["-5", "999999999", "99999999999999999999", "ten"]) {
      const init = { headers: { "x-cosmos-block-height": height } };
      expect(await refused("/cosmos/bank/v1beta1/params", init)).toMatch(/^400 .*height/);
    }
    await network.awaitBlocks(1n);
    const after = await client.rpc.call("status", {});
    const height = (status: typeof after): bigint =>
      status.field("sync_info").field("latest_block_height").int64();
    expect(height(after)).toBeGreaterThan(height(before));
  });

  test("is not held up by a thousand clients that say nothing, slowly, or no HTTP", async () => {
    const { port } = new URL(rest);
    const { ports } = network.node(0).node;
    // The REST door takes a thousand at once: these, and those of the test itself.
    const silent = (to: number): Socket[] => Array.from({ length: 450 }, () => openSocket(to));
    const sockets = [...silent(Number(port)), ...silent(Number(port)), ...silent(ports.grpc)];
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    sockets[0]!.write("GET /cosmos/bank/v1beta1/params HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const nonsense = once(sockets[1]!, "data");
    sockets[1]!.write("\xff\xfe nonsense\r\n\r\n");
    expect(String((await nonsense)[0])).toMatch(/^HTTP\/1.1 400 /);
    expect((await get("/cosmos/bank/v1beta1/params")).status).toBe(200);
    expect(await grpc.call("/cosmos.bank.v1beta1.Query/Params", EMPTY)).toMatchObject({ code: 0 });
    await network.awaitBlocks(1n);
    for (const socket of sockets) socket.destroy();
  });
});

function openSocket(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  return socket;
}
