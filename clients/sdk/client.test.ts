import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  MsgSend,
  MsgSendResponse,
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import {
  ModuleAccount,
  QueryAccountRequest,
  QueryAccountResponse,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { ConfigRequest, ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { AuthInfo, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { FakeInference } from "#test/harness/fakeInference.js";
import { FakeRegistry } from "#test/harness/fakeRegistry.js";
import { LIGHT_CHAIN } from "#test/harness/lightChain.js";
import { SAMPLE_ARTIFACTS, sampleManifest } from "#test/harness/sampleManifest.js";
import { fakeTxContext, namedSigner } from "#test/harness/sdkClient.js";
import { findAccount } from "./auth/account.js";
import { AivmClient, type ConnectOptions } from "./client.js";
import { SdkError } from "./errors.js";
import { INFERENCE_QUERIES } from "./query/services.js";

const signer = namedSigner("alice");
const BOB = namedSigner("bob").address;

let fake: FakeChainRpc;

beforeEach(async () => {
  fake = await FakeChainRpc.start();
  fake.chain.fund(signer.address);
  fake.chain.messages.set(MsgSend.typeUrl, () => ({ response: pack(MsgSendResponse, {}) }));
  fake.answer(
    "/cosmos.bank.v1beta1.Query/Balance",
    { request: QueryBalanceRequest, response: QueryBalanceResponse },
    ({ address, denom }) => ({ balance: coin(denom, address === signer.address ? 700n : 0n) }),
  );
  fake.answer(
    "/cosmos.bank.v1beta1.Query/AllBalances",
    { request: QueryAllBalancesRequest, response: QueryAllBalancesResponse },
    ({ pagination }) =>
      pagination?.key.length === 0
        ? { balances: [coin("uatom", 1n)], pagination: { nextKey: Uint8Array.of(1), total: 0n } }
        : { balances: [coin("unes", 700n)], pagination: undefined },
  );
});

afterEach(async () => {
  await fake.close();
});

function connect(options: Partial<ConnectOptions> = {}): Promise<AivmClient> {
  return AivmClient.connect({ rpc: fake.server.url, clock: fake.clock, ...options });
}

/** Amounts of the fees that were paid. */
function feesPaid(): string[] {
  return fake.server.callsOf("broadcast_tx_sync").map(({ params }) => {
    const raw = TxRaw.decode(fromBase64(params["tx"] as string)!);
    return AuthInfo.decode(raw.authInfoBytes)
      .fee!.amount.map(({ amount, denom }) => amount + denom)
      .join();
  });
}

describe("a client", () => {
  test("knows its chain, its endpoint and its address", async () => {
    const client = await connect({ signer, chainId: LIGHT_CHAIN });
    expect(client.chainId).toBe(LIGHT_CHAIN);
    expect(client.address).toBe(signer.address);
    expect(client.rpc.url).toBe(fake.server.url);
    expect(client.txContext.chainId).toBe(LIGHT_CHAIN);
  });

  test("of another chain does not connect", async () => {
    await expect(connect({ chainId: "aivm-1" })).rejects.toMatchObject({
      code: "WRONG_CHAIN",
      facts: { expected: "aivm-1", found: LIGHT_CHAIN },
    });
  });

  test("reads accounts and balances of its signer and of others", async () => {
    const client = await connect({ signer });
    expect(await client.balance("unes")).toBe(700n);
    expect(await client.balance("unes", BOB)).toBe(0n);
    expect(await client.balances()).toEqual([coin("uatom", 1n), coin("unes", 700n)]);
    expect(await client.balances(BOB)).toHaveLength(2);
    expect(await client.account()).toEqual({ number: 5n, sequence: 0n });
    expect(await client.account(BOB)).toBeUndefined();
  });

  test.each<readonly [string, Partial<ConnectOptions>, string]>([
    ["that is given", { gasPrice: "2unes" }, "140000unes"],
    ["that the node asks for", {}, "7000unes"],
  ])("sends coins at the gas price %s", async (_, options, fee) => {
    fake.answer(
      "/cosmos.base.node.v1beta1.Service/Config",
      { request: ConfigRequest, response: ConfigResponse },
      () => ({ minimumGasPrice: "0.1unes" }),
    );
    const client = await connect({ signer, ...options });
    expect(await client.send({ to: BOB, coins: [coin("unes", 5n)] })).toMatchObject({ height: 3n });
    expect(feesPaid()).toEqual([fee]);
  });

  test("sends without a fee when nobody asks for one", async () => {
    const client = await connect({ signer });
    await client.send({ to: BOB, coins: [coin("unes", 5n)] });
    expect(feesPaid()).toEqual([""]);
  });

  test("does not send to an address that is none", async () => {
    const client = await connect({ signer });
    const failure = client.send({ to: "cosmos1xyz", coins: [] });
    await expect(failure).rejects.toMatchObject({ codespace: "sdk", code: 7 });
    expect(feesPaid()).toEqual([]);
  });

  test("with a genesis file proves what it is answered, with a witness beside", async () => {
    const inference = new FakeInference(fake, sampleManifest());
    inference.answer = () => ({
      status: RequestStatus.FULFILLED,
      executions: [{ label: [3n], text: "three" }],
    });
    const client = await connect({ signer, genesis: fake.genesis, witnessRpc: fake.server.url });
    const { price } = await client.quote("digits", { image: [1, 2, 3, 4] });
    expect(price).toEqual(coin("unes", 2_400n));
    const answer = await client.infer("digits", { image: [1, 2, 3, 4] }, { assurance: "full" });
    expect(answer).toMatchObject({ output: { text: "three" }, proof: { verified: true } });
    const { request } = await client.queryMethod(INFERENCE_QUERIES, "Request", { id: 1n });
    expect(request.requester).toBe(signer.address);
    const reader = await connect({ genesis: fake.genesis });
    expect((await reader.awaitInference(1n)).proof.verified).toBe(true);
  });

  test("with a prover of one's own uses it", async () => {
    const inference = new FakeInference(fake, sampleManifest());
    inference.answer = () => ({
      status: RequestStatus.FULFILLED,
      executions: [{ label: [3n], text: "" }],
    });
    const failure = new SdkError("UNPROVEN", { store: "inference", height: 1n });
    const prover = { readProven: (): Promise<never> => Promise.reject(failure) };
    const client = await connect({ signer, prover });
    await expect(client.infer("digits", { image: [1, 2, 3, 4] })).rejects.toBe(failure);
  });

  test("with another chain's genesis file does not connect", async () => {
    const genesis = { ...fake.genesis, chain_id: "aivm-1" };
    await expect(connect({ genesis })).rejects.toMatchObject({
      code: "HEADER_UNVERIFIED",
      cause: { codespace: "light", code: 2 },
    });
  });

  test("publishes kernels", async () => {
    const registry = new FakeRegistry(fake);
    const client = await connect({ signer });
    const bundle = { manifest: sampleManifest(), artifacts: Object.values(SAMPLE_ARTIFACTS) };
    expect(await client.publishKernel(bundle)).toMatchObject({ name: "digits", isNew: true });
    expect(registry.kernels.size).toBe(1);
  });

  test.each<readonly [string, (client: AivmClient) => unknown]>([
    ["infer", (client) => client.infer("digits", {})],
    ["send", (client) => client.send({ to: BOB, coins: [] })],
    [
      "publishKernel",
      (client) => client.publishKernel({ manifest: sampleManifest(), artifacts: [] }),
    ],
    ["address", (client) => client.balance("unes")],
    ["address", (client) => client.balances()],
    ["txContext", (client) => Promise.resolve().then(() => client.txContext)],
  ])("without a signer does not %s", async (action, act) => {
    const client = await connect();
    await expect(act(client)).rejects.toMatchObject({ code: "NO_SIGNER", facts: { action } });
  });
});

describe("accounts", () => {
  const METHOD = "/cosmos.auth.v1beta1.Query/Account";
  const CODECS = { request: QueryAccountRequest, response: QueryAccountResponse };

  test("are found, those of modules too, or are not there", async () => {
    const { rpc } = fakeTxContext(fake);
    expect(await findAccount(rpc, signer.address)).toEqual({ number: 5n, sequence: 0n });
    expect(await findAccount(rpc, BOB)).toBeUndefined();
    const baseAccount = { address: BOB, pubKey: undefined, accountNumber: 9n, sequence: 0n };
    fake.answer(METHOD, CODECS, () => ({
      account: pack(ModuleAccount, { baseAccount, name: "m", permissions: [] }),
    }));
    expect(await findAccount(rpc, BOB)).toEqual({ number: 9n, sequence: 0n });
  });

  test("of a type that nobody knows are malformed", async () => {
    fake.answer(METHOD, CODECS, () => ({
      account: { typeUrl: "/x.Vesting", value: new Uint8Array(0) },
    }));
    const { rpc } = fakeTxContext(fake);
    await expect(findAccount(rpc, BOB)).rejects.toMatchObject({ code: "RPC_MALFORMED" });
  });
});
