import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { headerHash } from "#core/comet/hashes.js";
import { fromHex, toBase64, toHex, uint64ToBytes } from "#core/primitives/bytes.js";
import { trustFromGenesisValidators, verify } from "#core/comet/lightClient.js";
import { recordedComet } from "#test/harness/recordedComet.js";
import { RawAnswer, RpcServer } from "#test/harness/rpcServer.js";
import { COMET_RPC } from "#test/vectors/cometRpcVectors.js";
import { genesisTrust } from "../light/genesisTrust.js";
import { abciQuery } from "./abciQuery.js";
import { block } from "./block.js";
import { blockResults } from "./blockResults.js";
import { broadcastTxSync } from "./broadcastTxSync.js";
import { commit } from "./commit.js";
import { findTx } from "./findTx.js";
import { header } from "./header.js";
import { httpTransport } from "./httpTransport.js";
import { lightBlock } from "./lightBlock.js";
import { status } from "./status.js";
import type { RpcTransport } from "./transport.js";
import { txSearch } from "./txSearch.js";
import { validators } from "./validators.js";

const TX = uint64ToBytes(7n);
const HASH = fromHex("A3EB8DB89FC5123CCFD49585059F292BC40A1C0D550B860F24F84EFB4760FBF2")!;
const VALIDATOR = "bb14f9e3e460f1c09f14700504096b2784b20d8b";

describe("answers of CometBFT v0.38.25", () => {
  let server: RpcServer;
  let rpc: RpcTransport;
  beforeAll(async () => {
    server = await recordedComet();
    rpc = httpTransport(server.url);
  });
  afterAll(async () => {
    await server.close();
  });

  test("status", async () => {
    expect(await status(rpc)).toEqual({
      chainId: "test-chain-D7g3A1",
      version: "0.38.25",
      moniker: "vm",
      latestHeight: 5n,
      latestTime: { seconds: 1_795_251_645n, nanos: 406_820_849 },
      earliestHeight: 1n,
      catchingUp: false,
    });
  });

  test("abci_query", async () => {
    const answer = await abciQuery(rpc, { path: "/x", data: TX });
    expect(answer).toEqual({
      code: 0,
      codespace: "counter",
      log: "",
      value: TX,
      proofOps: [],
      height: 5n,
    });
  });

  test("broadcast_tx_sync takes a transaction, and refuses another with a code", async () => {
    expect(await broadcastTxSync(rpc, TX)).toMatchObject({ code: 0, hash: HASH });
    const refused = await broadcastTxSync(rpc, Uint8Array.of(1));
    expect(refused).toMatchObject({ code: 2, codespace: "counter", log: "" });
  });

  test("tx and tx_search give the same transaction", async () => {
    const found = await findTx(rpc, HASH);
    expect(found).toMatchObject({
      hash: HASH,
      height: 3n,
      index: 0,
      tx: TX,
      result: {
        code: 0,
        data: TX,
        gasWanted: 7n,
        gasUsed: 0n,
        events: [{ type: "counted", attributes: [{ key: "height", value: "3" }] }],
      },
    });
    const query = `tx.hash='${toHex(HASH).toUpperCase()}'`;
    expect(await txSearch(rpc, query)).toEqual([found]);
    expect(await txSearch(rpc, "tx.height=99999")).toEqual([]);
  });

  test("a transaction that no block has is not found", async () => {
    expect(await findTx(rpc, new Uint8Array(32))).toBeUndefined();
  });

  test("header, commit and block of a height are of one hash, which the next block names", async () => {
    const hashes = await Promise.all([
      header(rpc, 2n),
      commit(rpc, 2n).then((signed) => signed.header),
    ]);
    const [first] = hashes;
    expect(hashes[1]).toEqual(first);
    expect(first.chainId).toBe("test-chain-D7g3A1");
    const next = await block(rpc, 3n);
    expect(toHex(next.header.lastBlockId.hash)).toBe(toHex(headerHash(first)));
    expect(toHex(headerHash(next.header))).toBe(toHex(next.id.hash));
    expect(next.txs).toEqual([TX]);
    expect(next.lastCommit.signatures).toHaveLength(1);
  });

  test("the first block has no commit before it", async () => {
    const first = await block(rpc, 1n);
    expect(first.lastCommit).toMatchObject({ height: 0n, signatures: [] });
    expect(first.txs).toEqual([]);
    expect(toHex(headerHash(first.header))).toBe(toHex(first.id.hash));
  });

  test("block_results, with and without transactions", async () => {
    const results = await blockResults(rpc, 3n);
    expect(results.txResults).toHaveLength(1);
    expect(results.appHash).toEqual(TX);
    expect(await blockResults(rpc, 1n)).toEqual({
      height: 1n,
      txResults: [],
      events: [],
      appHash: uint64ToBytes(0n),
    });
  });

  test("validators", async () => {
    const [only, ...others] = await validators(rpc, 2n);
    expect(others).toEqual([]);
    expect(toHex(only!.address)).toBe(VALIDATOR);
    expect(toBase64(only!.pubKey.ed25519)).toBe("+1JAPX+qDoGjN8BbzTBNuZaEvPU37YFjOEsSOttGc5k=");
    expect(only!.votingPower).toBe(10n);
  });

  test("light blocks verify from the genesis file", async () => {
    const genesis = genesisTrust(COMET_RPC.genesis);
    const nowNs = genesis.timeNs + 5_000_000_000n;
    const options = {
      nowNs: nowNs as typeof genesis.timeNs,
      maxClockDriftNs: 1n,
      trustingPeriodNs: 10n ** 15n,
      trustLevel: { numerator: 1n, denominator: 3n },
    };
    const first = trustFromGenesisValidators(genesis, await lightBlock(rpc, 1n), options);
    expect(verify(first, await lightBlock(rpc, 2n), options).height).toBe(2n);
    expect(verify(first, await lightBlock(rpc, 3n), options).height).toBe(3n);
  });

  test.each([
    ["a bad query", () => txSearch(rpc, "tx.heigh"), { data: "offset 8: EOF" }],
    [
      "a height that is not there yet",
      () => header(rpc, 99_999n),
      { rpcCode: -32603, data: /less than or equal to the current blockchain height 5/ },
    ],
    ["an unknown method", () => rpc.call("nothing", {}), { rpcCode: -32601, data: "" }],
    ["bad parameters", () => rpc.call("block", { height: "abc" }), { rpcCode: -32602 }],
  ])("%s is refused", async (_, ask, facts) => {
    await expect(ask()).rejects.toMatchObject({
      code: "RPC_REFUSED",
      facts: Object.fromEntries(
        Object.entries(facts).map(([name, value]) => [
          name,
          value instanceof RegExp ? (expect.stringMatching(value) as string) : value,
        ]),
      ),
    });
  });
});

test("a transaction that the node has already is one that it took", async () => {
  const { body } = COMET_RPC.calls["broadcastAgain"]!;
  const server = await RpcServer.start({
    broadcast_tx_sync: () => {
      throw new RawAnswer(200, JSON.stringify(body));
    },
  });
  expect(await broadcastTxSync(httpTransport(server.url), TX)).toEqual({
    code: 0,
    codespace: "",
    log: "",
    hash: HASH,
  });
  await server.close();
});
