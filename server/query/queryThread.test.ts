import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { openStore } from "#core/store/multistore.js";
import { compiledEntry } from "#test/harness/compiledEntry.js";
import { buildGenesis } from "#test/harness/genesis.js";
import { TestAccount, TestValidator } from "#test/harness/identities.js";
import { MemoryNetwork } from "#test/harness/memoryNetwork.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import type { QueryRequest } from "./messages.js";
import { QueryPool } from "./queryPool.js";
import { queryThreads } from "./queryThread.js";

const CHAIN_ID = "aivm-test-1";
const USER = new TestAccount("user");
const BALANCE_UNES = 200_000_000n;
const SETTINGS = {
  minGasPrices: [{ denom: "unes", priceDec: 1_500_000_000_000_000n }],
  pruning: { keepRecent: 100, interval: 10 },
  haltHeight: undefined,
};
let entry: URL;

beforeAll(async () => {
  entry = await compiledEntry("server/query/queryWorker.ts");
});

/** A chain on disk that has not produced a block, with a pool that reads it. */
function startChain(): { network: MemoryNetwork; pool: QueryPool; node: MemoryNode } {
  const path = temporaryFile();
  const validator = new TestValidator("validator-0");
  const node = new MemoryNode(CHAIN_ID, validator, { path });
  const genesis = buildGenesis(node.wiring, {
    chainId: CHAIN_ID,
    validators: [validator],
    accounts: [USER],
    balance: BALANCE_UNES,
  });
  const pool = new QueryPool({
    start: queryThreads({ path, chainId: CHAIN_ID, settings: SETTINGS }, entry),
    threads: 2,
    timeoutMs: 30_000,
  });
  onTestFinished(async () => {
    await pool.close();
    node.store.close();
  });
  return { network: new MemoryNetwork(CHAIN_ID, [node], genesis), pool, node };
}

const BALANCE: QueryRequest = {
  path: "/cosmos.bank.v1beta1.Query/Balance",
  data: QueryBalanceRequest.encode({ address: USER.text, denom: "unes" }),
  height: 0n,
  prove: false,
};

describe("query threads", () => {
  test("answer as the engine does, before the first block and after it", async () => {
    const { network, pool, node } = startChain();
    const before = await pool.query(BALANCE);
    expect(before).toEqual(node.queries.abciQuery(BALANCE));
    expect(before.log).toContain("the chain has no block yet");
    await network.run(3);
    const after = await pool.query(BALANCE);
    expect(after).toEqual(node.queries.abciQuery(BALANCE));
    expect(after.height).toBe(3n);
    expect(QueryBalanceResponse.decode(after.value).balance?.amount).toBe(BALANCE_UNES.toString());
    const past = await pool.query({ ...BALANCE, height: 2n });
    expect(past.height).toBe(2n);
  });

  test("tell what the node asks of transactions and keeps of the state", async () => {
    const { network, pool } = startChain();
    await network.run(1);
    const path = "/cosmos.base.node.v1beta1.Service/Config";
    const { value } = await pool.query({ ...BALANCE, path, data: new Uint8Array(0) });
    expect(ConfigResponse.decode(value)).toEqual({
      minimumGasPrice: "0.001500000000000000unes",
      pruningKeepRecent: "100",
      pruningInterval: "10",
      haltHeight: 0n,
    });
  });

  test("answer many queries at once, proofs and refusals among them", async () => {
    const { network, pool, node } = startChain();
    await network.run(3);
    const proof = { path: "/store/bank/key", data: Uint8Array.of(2), height: 2n, prove: true };
    const unknown = { ...BALANCE, path: "/nothing" };
    const requests = Array.from(
      { length: 60 },
      (_, index) => [BALANCE, proof, unknown][index % 3]!,
    );
    const answers = await Promise.all(requests.map((one) => pool.query(one)));
    expect(answers).toEqual(requests.map((one) => node.queries.abciQuery(one)));
  });

  test("that cannot open the state say why", async () => {
    const path = temporaryFile();
    openStore({ path, stores: [], chainId: "other-1" }).close();
    const reason = await new Promise<string>((settle) => {
      queryThreads({ path, chainId: CHAIN_ID }, entry)({ reply: () => undefined, ended: settle });
    });
    expect(reason).toContain("the database belongs to another chain");
  });
});
