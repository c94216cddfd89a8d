import { beforeAll, expect, test } from "vitest";
import {
  MsgSend,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import {
  SimulateRequest,
  SimulateResponse,
  TxDecodeRequest,
  TxDecodeResponse,
  TxEncodeRequest,
  TxEncodeResponse,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import { doorChain, type DoorChain } from "#test/harness/doors.js";
import { signedTx } from "#test/harness/signedTx.js";

let chain: DoorChain;
let bytes: Uint8Array;

beforeAll(async () => {
  chain = await doorChain();
  const [signer, to] = chain.accounts;
  const amount = [coin("unes", 1n)];
  const message = { fromAddress: signer!.text, toAddress: to!.text, amount };
  bytes = signedTx({
    messages: [pack(MsgSend, message)],
    signer: signer!,
    chainId: "aivm-test-1",
    accountNumber: 0n,
    sequence: 0n,
    fee: 1_000n,
    memo: "for you",
  });
});

/** The answer's bytes, or code and log of the refusal. */
function ask(method: string, data: Uint8Array): Uint8Array | string {
  const path = `/cosmos.tx.v1beta1.Service/${method}`;
  const { code, log, value } = chain.node.queries.abciQuery({
    path,
    data,
    height: 0n,
    prove: false,
  });
  return code === 0 ? value : `${code} ${log}`;
}

/** What the sender has, in unes. */
function balance(): string | undefined {
  const data = QueryBalanceRequest.encode({ address: chain.accounts[0]!.text, denom: "unes" });
  const path = "/cosmos.bank.v1beta1.Query/Balance";
  const { value } = chain.node.queries.abciQuery({ path, data, height: 0n, prove: false });
  return QueryBalanceResponse.decode(value).balance?.amount;
}

function answered(method: string, data: Uint8Array): Uint8Array {
  const answer = ask(method, data);
  if (typeof answer === "string") throw new Error(answer);
  return answer;
}

test("a transaction is decoded into its parts, and they give the same bytes again", () => {
  const { tx } = TxDecodeResponse.decode(
    answered("TxDecode", TxDecodeRequest.encode({ txBytes: bytes })),
  );
  expect(tx).toMatchObject({
    body: { memo: "for you", messages: [{ typeUrl: "/cosmos.bank.v1beta1.MsgSend" }] },
    authInfo: { fee: { amount: [{ denom: "unes", amount: "1000" }] } },
  });
  expect(tx?.signatures).toHaveLength(1);
  const encoded = TxEncodeResponse.decode(answered("TxEncode", TxEncodeRequest.encode({ tx })));
  expect(encoded.txBytes).toEqual(bytes);
});

test("what is no transaction is refused", () => {
  const decode = (txBytes: Uint8Array) => ask("TxDecode", TxDecodeRequest.encode({ txBytes }));
  expect(decode(new Uint8Array(0))).toMatch(/^18 .*invalid empty tx bytes/);
  expect(decode(Uint8Array.of(0xff))).toMatch(/^18 .*tx parse error/);
  expect(ask("TxEncode", TxEncodeRequest.encode({ tx: undefined }))).toMatch(
    /^18 .*invalid empty tx/,
  );
});

test("a simulation tells the gas by bytes and by the older form alike, and changes nothing", () => {
  const before = balance();
  const { tx } = TxDecodeResponse.decode(
    answered("TxDecode", TxDecodeRequest.encode({ txBytes: bytes })),
  );
  const empty = new Uint8Array(0);
  const [byBytes, byTx] = [
    { txBytes: bytes, tx: undefined },
    { txBytes: empty, tx },
  ].map((request) =>
    SimulateResponse.decode(answered("Simulate", SimulateRequest.encode(request))),
  );
  expect(byBytes!.gasInfo!.gasUsed).toBeGreaterThan(10_000n);
  expect(byTx).toEqual(byBytes);
  expect(balance()).toBe(before);
});
