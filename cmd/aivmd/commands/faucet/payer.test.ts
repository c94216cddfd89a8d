import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  MsgMultiSend,
  MsgMultiSendResponse,
  MsgSend,
  MsgSendResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { SimulateRequest, SimulateResponse, Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { parseGasPrice } from "#sdk/tx/gasPrice.js";
import type { Credited } from "#server/faucet/creditQueue.js";
import { FaucetFailure } from "#server/faucet/faucetFailure.js";
import { TxFault } from "#test/harness/fakeChain.js";
import { FakeChainRpc, QueryFault } from "#test/harness/fakeChainRpc.js";
import { NoAnswer } from "#test/harness/rpcServer.js";
import { fakeTxContext, namedSigner } from "#test/harness/sdkClient.js";
import { affordable, Payer } from "./payer.js";

const FAUCET = namedSigner("alice").address;
const [BOB, CAROL, DAVE] = ["bob", "carol", "dave"].map((name) => namedSigner(name).address) as [
  string,
  string,
  string,
];
const PRICE = parseGasPrice("0.001unes");
const FEES = 200n;

let fake: FakeChainRpc;
let funds: bigint;
/** Whom the chain pays, by block. */
let paid: string[];
let refused: string | undefined;
let stop: AbortController;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  [funds, paid, refused, stop] = [1_000_000n, [], undefined, new AbortController()];
  fake.answer(
    "/cosmos.bank.v1beta1.Query/Balance",
    { request: QueryBalanceRequest, response: QueryBalanceResponse },
    ({ denom }) => ({ balance: coin(denom, funds) }),
  );
  const { messages } = fake.chain;
  messages.set(MsgSend.typeUrl, (value) => {
    paid.push(MsgSend.decode(value).toAddress);
    return { response: pack(MsgSendResponse, {}) };
  });
  messages.set(MsgMultiSend.typeUrl, (value) => {
    paid.push(...MsgMultiSend.decode(value).outputs.map(({ address }) => address));
    return { response: pack(MsgMultiSendResponse, {}) };
  });
  fake.answer(
    "/cosmos.tx.v1beta1.Service/Simulate",
    { request: SimulateRequest, response: SimulateResponse },
    ({ txBytes }) => {
      const { body } = Tx.decode(txBytes);
      const text = body!.messages.map(({ value }) => Buffer.from(value).toString("latin1")).join();
      if (refused !== undefined && text.includes(refused)) {
        throw new QueryFault("sdk", 4, `${refused} is not allowed to receive funds: unauthorized`);
      }
      return { gasInfo: { gasWanted: 0n, gasUsed: fake.chain.simulate(txBytes) } };
    },
  );
});

afterEach(() => fake.close());

function payer(): Payer {
  // As the command has it: a transaction is handed in once.
  const rpc = httpTransport(fake.server.url, { clock: fake.clock, timeoutMs: 500, attempts: 1 });
  return new Payer({
    context: { ...fakeTxContext(fake), rpc },
    gasPrice: () => Promise.resolve(PRICE),
    amount: coin("unes", 5_000n),
    signal: stop.signal,
  });
}

const codes = (outcomes: ReadonlyArray<Credited | FaucetFailure>): string[] =>
  outcomes.map((outcome) => (outcome instanceof FaucetFailure ? outcome.code : "paid"));

describe("the faucet's account pays", () => {
  test("several receivers in one transaction, and the next with the next sequence", async () => {
    const account = payer();
    const [first, second, ...rest] = await account.payAll([BOB, CAROL]);
    expect(rest).toEqual([]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({ height: 3n });
    expect(codes(await account.payAll([DAVE]))).toEqual(["paid"]);
    expect(paid).toEqual([BOB, CAROL, DAVE]);
    expect(fake.chain.txs.size).toBe(2);
  });

  test("after transactions that others sent from the same key", async () => {
    const account = payer();
    await account.payAll([BOB]);
    fake.chain.skipSequences(FAUCET, 3n);
    expect(codes(await account.payAll([CAROL]))).toEqual(["paid"]);
    expect(paid).toEqual([BOB, CAROL]);
  });

  test("whoever can be paid beside one whom the chain refuses", async () => {
    refused = CAROL;
    const outcomes = await payer().payAll([BOB, CAROL, DAVE]);
    expect(codes(outcomes)).toEqual(["paid", "receiver_refused", "paid"]);
    expect((outcomes[1] as FaucetFailure).message).toBe(
      `the chain refuses to pay this account: ${CAROL} is not allowed to receive funds: unauthorized`,
    );
    expect(paid).toEqual([BOB, DAVE]);
  });

  test("nobody while every one of them is refused", async () => {
    refused = CAROL;
    expect(codes(await payer().payAll([CAROL, CAROL]))).toEqual([
      "receiver_refused",
      "receiver_refused",
    ]);
    expect([paid, fake.chain.mempoolSize]).toEqual([[], 0]);
  });

  test("as many as it has coins for, and tells the others where to send some", async () => {
    funds = 2n * (5_000n + 60n) + FEES;
    const outcomes = await payer().payAll([BOB, CAROL, DAVE]);
    expect(codes(outcomes)).toEqual(["paid", "paid", "faucet_empty"]);
    expect((outcomes[2] as FaucetFailure).facts).toEqual({ address: FAUCET });
    funds = 0n;
    expect(codes(await payer().payAll([BOB]))).toEqual(["faucet_empty"]);
    expect(paid).toEqual([BOB, CAROL]);
  });

  test("again what a restarted node forgot, once no block can have it any more", async () => {
    let isForgotten = false;
    fake.chain.beforeBlock = () => {
      if (!isForgotten && fake.chain.mempoolSize > 0) {
        isForgotten = true;
        fake.chain.dropMempool();
      }
      return [];
    };
    const [outcome] = await payer().payAll([BOB]);
    expect(isForgotten).toBe(true);
    // Twenty blocks may have the first one.
    expect((outcome as Credited).height).toBeGreaterThan(22n);
    expect(paid).toEqual([BOB]);
  });

  test("once where the node goes away in between and comes back", async () => {
    const tx = fake.server.handlers.get("tx")!;
    let silent = 6;
    fake.server.handlers.set("tx", (params) => {
      if (silent-- > 0) throw new NoAnswer("reset");
      return tx(params);
    });
    expect(codes(await payer().payAll([BOB]))).toEqual(["paid"]);
    expect(paid).toEqual([BOB]);
  });

  test("once where it is not known whether the node took it", async () => {
    const broadcast = fake.server.handlers.get("broadcast_tx_sync")!;
    fake.server.handlers.set("broadcast_tx_sync", async (params) => {
      await broadcast(params);
      throw new NoAnswer("silence");
    });
    expect(codes(await payer().payAll([BOB]))).toEqual(["paid"]);
    expect(paid).toEqual([BOB]);
  });
});

describe("it is told that", () => {
  test("the node does not answer, and nothing was sent", async () => {
    const account = payer();
    await fake.server.close();
    const [outcome] = await account.payAll([BOB]);
    expect(outcome).toMatchObject({ code: "node_unreachable", retryAfterS: 5 });
    fake = await FakeChainRpc.start();
  });

  test("the chain refuses the transaction itself", async () => {
    fake.chain.beforeCheck = () => {
      throw new TxFault(
        "sdk",
        13,
        "insufficient fees; got: 1unes required: 2unes: insufficient fee",
      );
    };
    const [outcome] = await payer().payAll([BOB]);
    expect(outcome).toMatchObject({ code: "chain_refused" });
    expect((outcome as FaucetFailure).message).toContain("insufficient fees");
    expect(paid).toEqual([]);
  });

  test("nobody knows whether it was sent, when it stops before a block says so", async () => {
    fake.server.handlers.set("tx", () => {
      stop.abort();
      throw new NoAnswer("reset");
    });
    const [outcome] = await payer().payAll([BOB]);
    expect(outcome).toMatchObject({ code: "outcome_unknown" });
    expect((outcome as FaucetFailure).facts["txhash"]).toMatch(/^[0-9A-F]{64}$/);
  });
});

test("funds in another coin than the fee's are not kept back for it", () => {
  expect(affordable(coin("unes", 10n), parseGasPrice("1uatom"), 29n)).toBe(2);
  expect(affordable(coin("unes", 10n), parseGasPrice("1unes"), 200_000n)).toBe(0);
});
