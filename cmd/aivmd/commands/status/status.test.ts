import { describe, expect, test } from "vitest";
import {
  ProviderLoad,
  QueryProviderRequest,
  QueryProviderResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { fromHex, toBase64, toHex } from "#core/primitives/bytes.js";
import { SdkError } from "#sdk/errors.js";
import { JsonCursor } from "#sdk/rpc/jsonCursor.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { Terminal } from "../../terminal/terminal.js";
import { readStatus } from "./readStatus.js";
import { statusJson, statusText } from "./register.js";

const ADDRESS = "FFD09E74ED8B2970C6F3117523407B94FBA9824D";

/** A node that answers what CometBFT v0.38.25 would, with a validator of some power. */
function node(power: string, height = "7"): RpcTransport {
  const answers: Readonly<Record<string, JsonValue>> = {
    status: {
      node_info: { id: "ab", network: "aivm-test-1", moniker: "amy", version: "0.38.25" },
      sync_info: {
        latest_block_height: height,
        latest_block_time: "2026-01-02T03:04:05Z",
        catching_up: false,
      },
      validator_info: { address: ADDRESS, voting_power: power },
    },
    abci_info: {
      response:
        height === "0"
          ? { data: "aivm", last_block_app_hash: null }
          : { last_block_height: height, last_block_app_hash: "q80=" },
    },
    net_info: { n_peers: "3" },
  };
  return {
    url: "http://node",
    call: (method, params) => {
      const value = method === "abci_query" ? provider(params) : answers[method];
      return Promise.resolve(
        new JsonCursor(value ?? null, "result", (at, problem) => {
          return new SdkError("RPC_MALFORMED", { method, at, problem });
        }),
      );
    },
  };
}

/** Answers the one query that is asked. */
function provider({ path, data }: JsonObject): JsonValue {
  expect(path).toBe("/aivm.inference.v1.Query/Provider");
  const request = QueryProviderRequest.decode(fromHex((data as string).toLowerCase())!);
  expect(request.consensusAddress).toBe(toHex(fromHex(ADDRESS.toLowerCase())!));
  const load = { unavailable: true, availabilityHeight: 5n, openBatches: 2, recentFaults: 1 };
  const response = QueryProviderResponse.create({ provider: ProviderLoad.create(load) });
  return {
    response: { code: 0, value: toBase64(QueryProviderResponse.encode(response)), height: "7" },
  };
}

const sink = { write: (): boolean => true };
const terminal = new Terminal({
  stdout: sink,
  stderr: sink,
  output: "text",
  colours: { stdout: false, stderr: false },
});

describe("the status of", () => {
  test("a validator has its power and how it serves inference", async () => {
    const overview = await readStatus(node("100"));
    expect(overview.provider).toEqual({
      state: "unavailable",
      sinceHeight: 5n,
      openBatches: 2,
      recentFaults: 1,
    });
    const text = statusText(overview, terminal);
    expect(text).toMatch(/^height +7 of 2026-01-02T03:04:05Z$/m);
    expect(text).toMatch(/^app hash +ABCD at height 7$/m);
    expect(text).toMatch(/^catching up +no$/m);
    expect(text).toMatch(
      /^provider +unavailable since height 5, 2 open batch\(es\), 1 recent fault\(s\)$/m,
    );
    expect(text).toContain(`${ADDRESS}, power 100`);
  });

  test("any other node has none, and is asked for no provider", async () => {
    const overview = await readStatus({
      ...node("0"),
      call: (method, params) => {
        if (method === "abci_query") throw new Error("asked for a provider");
        return node("0").call(method, params);
      },
    });
    expect(statusText(overview, terminal)).toContain("no: not in the validator set");
  });

  test("a node before its first block has no application hash", async () => {
    const { app, provider: state } = await readStatus(node("100", "0"));
    expect(app).toEqual({ height: 0n, appHash: "" });
    expect(state.state).toBe("none");
  });

  test("in JSON keeps CometBFT's names and adds ours", async () => {
    expect(statusJson(await readStatus(node("100")))).toMatchObject({
      node_info: { network: "aivm-test-1" },
      sync_info: { catching_up: false },
      validator_info: { voting_power: "100" },
      application_info: { height: 7n, app_hash: "ABCD" },
      provider_info: { state: "unavailable" },
      peers: 3,
    });
  });
});
