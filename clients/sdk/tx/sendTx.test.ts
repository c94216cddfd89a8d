import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MsgSend, MsgSendResponse } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { sha256 } from "#core/crypto/hash.js";
import { fromBase64, toHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { TxFault } from "#test/harness/fakeChain.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { NoAnswer, RawAnswer, RpcFault } from "#test/harness/rpcServer.js";
import { fakeTxContext, namedSigner } from "#test/harness/sdkClient.js";
import { executeTx } from "./executeTx.js";
import { msgResponse } from "./msgResponse.js";
import { sendTx } from "./sendTx.js";
import { simulateTx } from "./simulateTx.js";
import { SequenceTracker } from "./sequenceTracker.js";
import type { TxContext } from "./txContext.js";

let fake: FakeChainRpc;
let context: TxContext;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  fake.chain.messages.set(MsgSend.typeUrl, () => ({ response: pack(MsgSendResponse, {}) }));
  context = fakeTxContext(fake);
});

afterEach(async () => {
  await fake.close();
});

function payment(amount = 1n): PackedMessage[] {
  const fromAddress = context.signer.address;
  const toAddress = namedSigner("bob").address;
  return [pack(MsgSend, { fromAddress, toAddress, amount: [coin("unes", amount)] })];
}

/** What was handed in, decoded. */
function handedIn(): Array<{ readonly body: TxBody; readonly authInfo: AuthInfo }> {
  return fake.server.callsOf("broadcast_tx_sync").map(({ params }) => {
    const raw = TxRaw.decode(fromBase64(params["tx"] as string)!);
    return { body: TxBody.decode(raw.bodyBytes), authInfo: AuthInfo.decode(raw.authInfoBytes) };
  });
}

function sequencesHandedIn(): bigint[] {
  return handedIn().map(({ authInfo }) => authInfo.signerInfos[0]!.sequence);
}

describe("one transaction", () => {
  test("takes gas from a simulation, the fee from the price, and ends a hundred blocks on", async () => {
    const before = fake.chain.height;
    const included = await executeTx(context, payment(), { memo: "rent" });
    const [{ body, authInfo } = { body: TxBody.create(), authInfo: AuthInfo.create() }] =
      handedIn();
    expect(body).toMatchObject({ memo: "rent", timeoutHeight: before + 100n });
    expect(authInfo.fee).toMatchObject({
      gasLimit: 70_000n,
      amount: [{ denom: "unes", amount: "1750" }],
    });
    expect(included).toMatchObject({ height: before + 1n, result: { code: 0, gasUsed: 50_000n } });
    expect(msgResponse(included, MsgSendResponse)).toEqual({});
  });

  test("with gas and fee given is not simulated", async () => {
    await executeTx(context, payment(), {
      gas: 60_000n,
      fee: [coin("unes", 9n)],
      timeoutBlocks: 5,
    });
    const [{ body, authInfo } = { body: TxBody.create(), authInfo: AuthInfo.create() }] =
      handedIn();
    expect(authInfo.fee).toMatchObject({ gasLimit: 60_000n, amount: [{ amount: "9" }] });
    expect(body.timeoutHeight).toBe(7n);
    expect(fake.server.callsOf("abci_query")).toHaveLength(1);
  });

  test("without end has no timeout height", async () => {
    await executeTx(context, payment(), { gas: 60_000n, timeoutBlocks: 0 });
    expect(handedIn()[0]!.body.timeoutHeight).toBe(0n);
  });

  test("tells the heights that it sees while it waits", async () => {
    const heights: bigint[] = [];
    await executeTx(context, payment(), { onHeight: (height) => heights.push(height) });
    expect(heights).toEqual([2n]);
  });

  test("by an account that does not exist is not sent", async () => {
    const stranger = { ...fakeTxContext(fake), signer: namedSigner("stranger") };
    await expect(sendTx(stranger, payment())).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(handedIn()).toEqual([]);
  });

  test.each([0.9, 0, -1, Number.NaN])(
    "a gas adjustment of %d is refused",
    async (gasAdjustment) => {
      const sent = sendTx(context, payment(), { gasAdjustment });
      await expect(sent).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    },
  );

  test("whose response is another message's is malformed", async () => {
    const included = await executeTx(context, payment());
    expect(() => msgResponse(included, MsgSend)).toThrow(
      expect.objectContaining({ code: "RPC_MALFORMED" }) as Error,
    );
    expect(() => msgResponse(included, MsgSendResponse, 1)).toThrow(
      expect.objectContaining({ code: "RPC_MALFORMED" }) as Error,
    );
  });
});

describe("a transaction that fails", () => {
  test("in the simulation names the chain's reason", async () => {
    fake.chain.simulate = () => {
      throw new TxFault("bank", 5, "insufficient funds");
    };
    await expect(sendTx(context, payment())).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: {
        stage: "simulate",
        codespace: "sdk",
        code: 18,
        hash: "",
        log: expect.stringContaining("insufficient funds") as string,
      },
    });
    expect(handedIn()).toEqual([]);
  });

  test("in the mempool's check leaves the sequence as it was", async () => {
    fake.chain.beforeCheck = () => {
      throw new TxFault("sdk", 13, "insufficient fee");
    };
    await expect(sendTx(context, payment())).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "check", codespace: "sdk", code: 13, log: "insufficient fee", height: 0n },
    });
    fake.chain.beforeCheck = () => undefined;
    await executeTx(context, payment());
    expect(sequencesHandedIn()).toEqual([3n, 3n]);
  });

  test("in its block says at which height, and has used its sequence", async () => {
    const gas = 10_000n;
    await expect(executeTx(context, payment(), { gas })).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "deliver", codespace: "sdk", code: 11, log: "out of gas", height: 3n },
    });
    await executeTx(context, payment());
    expect(sequencesHandedIn()).toEqual([3n, 4n]);
  });

  test("because the mempool is full is refused as it is", async () => {
    fake.server.handlers.set("broadcast_tx_sync", () => {
      throw new RpcFault("mempool is full: number of txs 5000");
    });
    await expect(sendTx(context, payment())).rejects.toMatchObject({ code: "RPC_REFUSED" });
  });
});

describe("several transactions in flight", () => {
  test("have ascending sequences, reach the mempool in order and share a block", async () => {
    const amounts = [1n, 2n, 3n, 4n, 5n, 6n];
    const sent = await Promise.all(amounts.map((amount) => sendTx(context, payment(amount))));
    expect(sequencesHandedIn()).toEqual([3n, 4n, 5n, 6n, 7n, 8n]);
    expect(fake.chain.mempoolSize).toBe(6);
    const included = await Promise.all(sent.map((one) => one.wait()));
    expect(new Set(included.map(({ height }) => height)).size).toBe(1);
  });

  test("are simulated on the state of the last block", async () => {
    await sendTx(context, payment());
    await sendTx(context, payment());
    // The tracker is at 5, the state at 3: the node corrects the simulation, not the tracker.
    const { gasUsed } = await simulateTx(context, { messages: payment(), memo: "" });
    expect(gasUsed).toBe(50_000n);
    await sendTx(context, payment());
    expect(sequencesHandedIn()).toEqual([3n, 4n, 5n]);
  });

  test("one that fails does not hold the next ones up", async () => {
    let checks = 0;
    fake.chain.beforeCheck = () => {
      checks += 1;
      if (checks === 2) throw new TxFault("sdk", 13, "insufficient fee");
    };
    const sent = [1n, 2n, 3n].map((amount) => sendTx(context, payment(amount)));
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(sequencesHandedIn()).toEqual([3n, 4n, 4n]);
  });

  test("the chain's sequence is asked for once", async () => {
    await Promise.all(
      [1n, 2n, 3n].map((amount) => sendTx(context, payment(amount), { gas: 60_000n })),
    );
    const accounts = fake.server
      .callsOf("abci_query")
      .filter(({ params }) => params["path"] === "/cosmos.auth.v1beta1.Query/Account");
    expect(accounts).toHaveLength(1);
  });
});

describe("sequences that others have used", () => {
  const gas = 60_000n;

  test("are taken from what the node expects", async () => {
    await executeTx(context, payment(), { gas });
    fake.chain.skipSequences(context.signer.address, 5n);
    await executeTx(context, payment(), { gas });
    expect(sequencesHandedIn()).toEqual([3n, 4n, 9n]);
  });

  test("are taken back when the node lost its mempool", async () => {
    await sendTx(context, payment(), { gas });
    await sendTx(context, payment(), { gas });
    fake.chain.dropMempool();
    await executeTx(context, payment(), { gas });
    expect(sequencesHandedIn()).toEqual([3n, 4n, 5n, 3n]);
  });

  test("are asked for again when the node does not say which it expects", async () => {
    let checks = 0;
    fake.chain.beforeCheck = () => {
      checks += 1;
      if (checks === 1) throw new TxFault("sdk", 32, "incorrect account sequence");
    };
    await executeTx(context, payment(), { gas });
    expect(sequencesHandedIn()).toEqual([3n, 3n]);
  });

  test("that change all the time are given up with the node's verdict", async () => {
    fake.chain.beforeCheck = () => {
      fake.chain.skipSequences(context.signer.address, 1n);
    };
    await expect(sendTx(context, payment(), { gas })).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "check", codespace: "sdk", code: 32 },
    });
    expect(sequencesHandedIn()).toHaveLength(4);
  });

  test("that change during a simulation are followed, but not for ever", async () => {
    await sendTx(context, payment(), { gas });
    const address = context.signer.address;
    const simulate = fake.chain.simulate.bind(fake.chain);
    fake.chain.simulate = (bytes) => {
      fake.chain.skipSequences(address, 2n);
      return simulate(bytes);
    };
    await expect(simulateTx(context, { messages: payment(), memo: "" })).rejects.toMatchObject({
      code: "TX_FAILED",
      facts: { stage: "simulate", log: expect.stringContaining("account sequence") as string },
    });
  });
});

describe("an endpoint that fails while it takes a transaction", () => {
  const gas = 60_000n;

  test("and took it all the same is asked again, and has it once", async () => {
    const take = fake.server.handlers.get("broadcast_tx_sync")!;
    let first = true;
    fake.server.handlers.set("broadcast_tx_sync", async (params) => {
      if (!first) throw new RpcFault("tx already exists in cache");
      first = false;
      await take(params);
      throw new NoAnswer("reset");
    });
    const { wait } = await sendTx(context, payment(), { gas });
    await wait();
    expect(sequencesHandedIn()).toEqual([3n, 3n]);
    expect(fake.chain.txs.size).toBe(1);
  });

  test("and stays down leaves it open, by a hash that can be looked for", async () => {
    fake.server.handlers.set("broadcast_tx_sync", () => {
      throw new NoAnswer("reset");
    });
    const failure = sendTx(context, payment(), { gas });
    await expect(failure).rejects.toMatchObject({ code: "BROADCAST_UNCERTAIN" });
    const [call] = fake.server.callsOf("broadcast_tx_sync");
    const hash = toHex(sha256(fromBase64(call!.params["tx"] as string)!));
    await expect(failure).rejects.toMatchObject({
      facts: { hash },
      cause: { code: "RPC_UNREACHABLE" },
    });
  });

  test.each([
    [500, "BROADCAST_UNCERTAIN"],
    [413, "RPC_HTTP_STATUS"],
  ])("HTTP status %d gives %s", async (status, code) => {
    fake.server.handlers.set("broadcast_tx_sync", () => {
      throw new RawAnswer(status, "no");
    });
    await expect(sendTx(context, payment(), { gas })).rejects.toMatchObject({ code });
  });

  test("aborted while it is handed in, rejects with the reason and asks the chain afterwards", async () => {
    const reason = new Error("enough");
    const abort = new AbortController();
    const take = fake.server.handlers.get("broadcast_tx_sync")!;
    fake.server.handlers.set("broadcast_tx_sync", async (params) => {
      fake.server.handlers.set("broadcast_tx_sync", take);
      await take(params);
      abort.abort(reason);
      throw new NoAnswer("silence");
    });
    await expect(sendTx(context, payment(), { gas, signal: abort.signal })).rejects.toBe(reason);
    await executeTx(context, payment(2n), { gas });
    expect(sequencesHandedIn()).toEqual([3n, 3n, 4n]);
  });

  test("aborted before its turn sends nothing", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(sendTx(context, payment(), { gas, signal, timeoutBlocks: 0 })).rejects.toThrow(
      "enough",
    );
    expect(handedIn()).toEqual([]);
  });
});

describe("a transaction that no block takes", () => {
  test("has expired once its timeout height has passed, and its sequence is free", async () => {
    const sent = await sendTx(context, payment(), { gas: 60_000n, timeoutBlocks: 3 });
    expect(sent.timeoutHeight).toBe(5n);
    fake.chain.dropMempool();
    await expect(sent.wait()).rejects.toMatchObject({
      code: "TX_NOT_INCLUDED",
      facts: { hash: toHex(sent.hash), height: 6n, expired: true },
    });
    await executeTx(context, payment(), { gas: 60_000n });
    expect(sequencesHandedIn()).toEqual([3n, 3n]);
  });

  test("may still be taken when the waiting ends first", async () => {
    const sent = await sendTx(context, payment(), { gas: 60_000n, timeoutBlocks: 0 });
    fake.chain.dropMempool();
    await expect(sent.wait({ timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "TX_NOT_INCLUDED",
      facts: { expired: false },
      cause: { code: "WAIT_TIMED_OUT" },
    });
  });

  test("because another client used its sequence fails in the block, and is corrected", async () => {
    const sent = await sendTx(context, payment(), { gas: 60_000n });
    fake.chain.messages.set(MsgSend.typeUrl, () => {
      throw new TxFault("sdk", 32, "account sequence mismatch, expected 9, got 3: incorrect");
    });
    await expect(sent.wait()).rejects.toMatchObject({ code: "TX_FAILED", facts: { code: 32 } });
    fake.chain.messages.set(MsgSend.typeUrl, () => ({ response: pack(MsgSendResponse, {}) }));
    fake.chain.skipSequences(context.signer.address, 2n);
    await executeTx(context, payment(), { gas: 60_000n });
    expect(sequencesHandedIn()).toEqual([3n, 6n]);
  });

  test("is no longer waited for when the signal is aborted", async () => {
    const sent = await sendTx(context, payment(), { gas: 60_000n });
    fake.chain.dropMempool();
    const abort = new AbortController();
    const reason = new Error("enough");
    const waiting = sent.wait({
      signal: abort.signal,
      onHeight: () => {
        abort.abort(reason);
      },
    });
    await expect(waiting).rejects.toBe(reason);
  });
});

describe("the tracker of sequences", () => {
  test("keeps what was taken while the chain was asked", async () => {
    const tracker = new SequenceTracker();
    let answer: (state: { number: bigint; sequence: bigint }) => void = () => undefined;
    const slow = tracker.next(() => new Promise((resolve) => (answer = resolve)));
    tracker.taken({ number: 1n, sequence: 7n });
    answer({ number: 1n, sequence: 7n });
    expect(await slow).toEqual({ number: 1n, sequence: 8n });
  });
});
