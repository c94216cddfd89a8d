import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type * as comet from "#core/codec/generated/cosmos/base/tendermint/v1beta1.js";
import {
  StatusRequest,
  type StatusResponse,
} from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import * as tx from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { Block } from "#core/codec/generated/tendermint/types.js";
import { attempt } from "#core/codec/attempt.js";
import { decodeTx } from "#core/codec/tx.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { headerHash } from "#core/comet/hashes.js";
import { sha256 } from "#core/crypto/hash.js";
import {
  concatBytes,
  fromBase64,
  toHex,
  toUpperHex,
  uint64ToBytes,
} from "#core/primitives/bytes.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { recordedComet } from "#test/harness/recordedComet.js";
import { RpcFault, type RpcServer } from "#test/harness/rpcServer.js";
import { CallFailure } from "../doors/callStatus.js";
import type { NodeService } from "../doors/doorCalls.js";
import type { QueryRequest } from "../query/messages.js";
import { cometService } from "./cometService.js";
import { nodeStatusService } from "./nodeStatus.js";
import { txService } from "./txService.js";

const TX = uint64ToBytes(7n);
const HASH = "A3EB8DB89FC5123CCFD49585059F292BC40A1C0D550B860F24F84EFB4760FBF2";
const PAGE = { key: new Uint8Array(0), countTotal: false, reverse: false };

let server: RpcServer;
let services: readonly NodeService[];
let queries: QueryRequest[];

beforeEach(async () => {
  server = await recordedComet();
  queries = [];
  const rpc = httpTransport(server.url, { attempts: 1 });
  const query = (request: QueryRequest) => {
    queries.push(request);
    const key = Uint8Array.of(1);
    const answer = { code: 0, codespace: "", log: "", key, value: TX, height: 5n };
    return Promise.resolve({ ...answer, proofOps: [{ type: "ics23:iavl", key, data: TX }] });
  };
  const decode = (bytes: Uint8Array) => attempt(() => decodeTx(bytes, new TypeRegistry()));
  services = [cometService({ rpc, query }), txService(rpc, decode), nodeStatusService(rpc)];
});

afterEach(async () => {
  await server.close();
});

/** Calls a method by its name, which none of the services shares with another. */
async function call(name: string, request: object = {}): Promise<object> {
  for (const { service, methods } of services) {
    const method = service.methods.find((one) => one.name === name);
    const handle = methods.get(name);
    if (method === undefined || handle === undefined) continue;
    const answer = await handle(method.request.create(request), 0n);
    return method.response.decode(method.response.encode(answer));
  }
  throw new Error(`no method ${name}`);
}

async function refusal(name: string, request: object): Promise<string> {
  const error = await call(name, request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CallFailure ? `${error.code} ${error.message}` : String(error);
}

describe("the services that ask CometBFT", () => {
  test("give a block whose bytes hash to its id and to its part", async () => {
    const found = (await call("GetBlockByHeight", {
      height: 3n,
    })) as comet.GetBlockByHeightResponse;
    const block = found.block!;
    expect(toHex(headerHash(block.header))).toBe(toHex(found.blockId!.hash));
    // RFC 6962: a leaf's hash begins with a zero byte; a small block has one part.
    const part = sha256(concatBytes(Uint8Array.of(0), Block.encode(block)));
    expect(found.blockId!.partSetHeader.total).toBe(1);
    expect(toHex(part)).toBe(toHex(found.blockId!.partSetHeader.hash));
    expect(found.sdkBlock!.header).toEqual({
      ...block.header,
      proposerAddress: expect.stringMatching(/^nesavalcons1/) as string,
    });
  });

  test("say what the node is and whether it catches up", async () => {
    const info = (await call("GetNodeInfo")) as comet.GetNodeInfoResponse;
    expect(info.defaultNodeInfo).toMatchObject({
      network: "test-chain-D7g3A1",
      version: "0.38.25",
      protocolVersion: { p2p: 8n, block: 11n, app: 1n },
      other: { txIndex: "on" },
    });
    const versions = info.applicationVersion!.buildDeps.map(
      ({ path, version }) => `${path} ${version}`,
    );
    expect(versions).toEqual([
      "github.com/cometbft/cometbft v0.38.25",
      "github.com/cosmos/cosmos-sdk v0.50.14",
    ]);
    expect(await call("GetSyncing")).toEqual({ syncing: false });
  });

  test("page validator sets as CometBFT does", async () => {
    const request = { height: 2n, pagination: { ...PAGE, offset: 0n, limit: 1_000n } };
    const set = (await call(
      "GetValidatorSetByHeight",
      request,
    )) as comet.GetValidatorSetByHeightResponse;
    expect(set.pagination?.total).toBe(1n);
    expect(set.validators).toEqual([
      {
        address: expect.stringMatching(/^nesavalcons1/) as string,
        pubKey: expect.objectContaining({ typeUrl: "/cosmos.crypto.ed25519.PubKey" }) as object,
        votingPower: 10n,
        proposerPriority: 0n,
      },
    ]);
    const second = { height: 2n, pagination: { ...PAGE, offset: 100n, limit: 100n } };
    expect(await refusal("GetValidatorSetByHeight", second)).toBe(
      "3 page should be within [1, 1] range, given 2",
    );
  });

  test("pass ABCI queries of stores on, and no others", async () => {
    const path = "/store/bank/key";
    const data = Uint8Array.of(2);
    const answer = await call("ABCIQuery", { path, data, height: 4n, prove: true });
    expect(queries).toEqual([{ path, data, height: 4n, prove: true }]);
    expect(answer).toMatchObject({
      code: 0,
      value: TX,
      proofOps: { ops: [{ type: "ics23:iavl" }] },
    });
    const method = "/cosmos.bank.v1beta1.Query/Balance";
    expect(await refusal("ABCIQuery", { path: method })).toBe(
      `3 unsupported ABCI query path: ${method}`,
    );
    expect(await refusal("ABCIQuery", {})).toBe("3 empty query path");
    expect(queries).toHaveLength(1);
  });

  test("leave out what is no Cosmos transaction", async () => {
    expect(await refusal("GetTx", { hash: HASH })).toBe(`5 tx not found: ${HASH}`);
    const query = `tx.hash='${HASH}'`;
    const searched = (await call("GetTxsEvent", {
      query,
      limit: 1_000n,
    })) as tx.GetTxsEventResponse;
    expect(searched).toMatchObject({ txs: [], txResponses: [], total: 1n });
    const block = (await call("GetBlockWithTxs", { height: 3n })) as tx.GetBlockWithTxsResponse;
    expect(block).toMatchObject({ txs: [], pagination: { total: 1n } });
    expect(block.block!.data.txs).toEqual([TX]);
  });

  test("join the conditions of older clients", async () => {
    const events = ["tx.height=99999"];
    expect(await call("GetTxsEvent", { events })).toMatchObject({ total: 0n, txs: [] });
  });

  test("tell what the mempool said of a transaction", async () => {
    const SYNC = tx.BroadcastMode.SYNC;
    const sent = await call("BroadcastTx", { txBytes: TX, mode: SYNC });
    expect(sent).toMatchObject({
      txResponse: { code: 0, txhash: HASH, codespace: "counter", data: toUpperHex(TX) },
    });
    const bad = fromBase64("AQ==")!;
    const refused = await call("BroadcastTx", { txBytes: bad, mode: SYNC });
    expect(refused).toMatchObject({ txResponse: { code: 2, codespace: "counter" } });
    for (const [problem, code] of [
      ["tx already exists in cache", 19],
      ["mempool is full: number of txs 5000 (max: 5000)", 20],
      ["Tx too large. Max size is 1048576, but got 2000000", 21],
    ] as const) {
      server.handlers.set("broadcast_tx_async", () => {
        throw new RpcFault(problem);
      });
      const mode = tx.BroadcastMode.ASYNC;
      const { txResponse } = (await call("BroadcastTx", {
        txBytes: TX,
        mode,
      })) as tx.BroadcastTxResponse;
      expect(txResponse).toMatchObject({ code, codespace: "sdk", txhash: HASH, rawLog: problem });
    }
  });

  test("refuse what they cannot look up, in CometBFT's words where it refused", async () => {
    expect(await refusal("GetTx", { hash: "" })).toBe("3 tx hash cannot be empty");
    expect(await refusal("GetTx", { hash: "xy" })).toBe("3 tx hash must be hex digits");
    const zeros = "00".repeat(32);
    expect(await refusal("GetTx", { hash: zeros })).toBe(`5 tx not found: ${zeros}`);
    expect(await refusal("GetTxsEvent", { query: "tx.heigh" })).toBe("3 offset 8: EOF");
    expect(await refusal("GetTxsEvent", {})).toBe("3 query cannot be empty");
    expect(await refusal("GetBlockByHeight", { height: 6n })).toBe(
      "3 requested block height is bigger then the chain length",
    );
    expect(await refusal("GetBlockWithTxs", { height: 0n })).toMatch(/^3 requested height 0 but/);
    const beyond = { height: 3n, pagination: { ...PAGE, offset: 1n, limit: 1n } };
    expect(await refusal("GetBlockWithTxs", beyond)).toMatch(
      /^3 out of range: cannot paginate 1 txs/,
    );
    expect(await refusal("BroadcastTx", {})).toBe("3 invalid empty tx");
    const BLOCK = tx.BroadcastMode.BLOCK;
    expect(await refusal("BroadcastTx", { txBytes: TX, mode: BLOCK })).toMatch(/^3 unsupported/);
  });

  test("tell the status of a height from its header", async () => {
    const [, , status] = services;
    const at = status!.methods.get("Status")!;
    const found = (await at(StatusRequest.create(), 2n)) as StatusResponse;
    expect(found).toMatchObject({ height: 2n, earliestStoreHeight: 1n });
    await expect(at(StatusRequest.create(), 99_999n)).rejects.toThrow(/must be less than or equal/);
  });

  test("say that CometBFT is gone when it is", async () => {
    await server.close();
    const calls = { GetSyncing: {}, GetTx: { hash: HASH }, BroadcastTx: { txBytes: TX, mode: 2 } };
    for (const [name, request] of Object.entries(calls)) {
      expect(await refusal(name, request)).toBe("14 CometBFT does not answer; try again later");
    }
    server = await recordedComet();
  });
});
