import { describe, expect, test } from "vitest";
import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { addCoins } from "./coins.js";
import { validateMultiSend, validateSend } from "./msgs.js";

const [anna, bela, cleo] = ["anna", "bela", "cleo"].map((name) => new TestAccount(name).text) as [
  string,
  string,
  string,
];
const OPERATOR = new TestAccount("anna").operator;

/** Lists of coins that no message may carry. */
const BAD_COINS: ReadonlyArray<readonly [string, readonly Coin[]]> = [
  ["no coins", []],
  ["a coin of nothing", [coin("unes", 0n)]],
  ["a negative amount", [{ denom: "unes", amount: "-1" }]],
  ["an amount with a sign", [{ denom: "unes", amount: "+1" }]],
  ["an amount with a leading zero", [{ denom: "unes", amount: "01" }]],
  ["an amount of more than 256 bits", [coin("unes", 1n << 256n)]],
  ["coins out of order", [coin("uxyz", 1n), coin("uabc", 1n)]],
  ["a denomination twice", [coin("unes", 1n), coin("unes", 1n)]],
  ["a malformed denomination", [coin("u$", 1n)]],
];

describe("MsgSend", () => {
  const send = (changes: Partial<MsgSend> = {}) =>
    refusalOf(() => {
      const amount = [coin("unes", 5n)];
      validateSend(MsgSend.create({ fromAddress: anna, toAddress: bela, amount, ...changes }));
    });

  test("is accepted with several coins, to oneself, and with the largest amount", () => {
    expect(send()).toBe("accepted");
    expect(send({ amount: [coin("uabc", 1n), coin("unes", 2n)] })).toBe("accepted");
    expect(send({ toAddress: anna })).toBe("accepted");
    expect(send({ amount: [coin("unes", (1n << 256n) - 1n)] })).toBe("accepted");
  });

  test.each<[string, Partial<MsgSend>]>([
    ["no sender", { fromAddress: "" }],
    ["no receiver", { toAddress: "" }],
    ["a receiver of another kind", { toAddress: OPERATOR }],
    ["a receiver with a wrong checksum", { toAddress: `${bela.slice(0, -1)}!` }],
  ])("is refused with %s", (_name, changes) => {
    expect(send(changes)).toMatch(/^sdk\/7 .*: invalid address$/);
  });

  test.each(BAD_COINS)("is refused with %s", (_name, amount) => {
    expect(send({ amount: [...amount] })).toMatch(/^sdk\/10 .*invalid coins$/);
  });
});

describe("MsgMultiSend", () => {
  const input = (amount: bigint, address = anna) => ({ address, coins: [coin("unes", amount)] });
  const multiSend = (changes: Partial<MsgMultiSend> = {}) =>
    refusalOf(() => {
      const outputs = [input(2n, bela), input(3n, cleo)];
      validateMultiSend(MsgMultiSend.create({ inputs: [input(5n)], outputs, ...changes }));
    });

  test("is accepted when what is sent is what is received", () => {
    expect(multiSend()).toBe("accepted");
    const coins = [coin("uabc", 1n), coin("unes", 5n)];
    const outputs = [input(5n, bela), { address: bela, coins: [coin("uabc", 1n)] }];
    expect(multiSend({ inputs: [{ address: anna, coins }], outputs })).toBe("accepted");
  });

  test.each<[string, Partial<MsgMultiSend>, RegExp]>([
    ["nobody who sends", { inputs: [] }, /^bank\/2 no inputs to send transaction/],
    ["several who send", { inputs: [input(2n), input(3n, bela)] }, /^bank\/9 multiple senders/],
    ["nobody who receives", { outputs: [] }, /^bank\/3 no outputs to send transaction/],
    ["less than is received", { inputs: [input(4n)] }, /^bank\/4 sum inputs != sum outputs/],
    ["more than is received", { inputs: [input(6n)] }, /^bank\/4 sum inputs != sum outputs/],
    [
      "other coins than are received",
      { inputs: [{ address: anna, coins: [coin("uabc", 5n)] }] },
      /^bank\/4 /,
    ],
    ["a malformed sender", { inputs: [input(5n, OPERATOR)] }, /^sdk\/7 /],
    ["a malformed receiver", { outputs: [input(5n, "bela")] }, /^sdk\/7 /],
  ])("is refused with %s", (_name, changes, refusal) => {
    expect(multiSend(changes)).toMatch(refusal);
  });

  test.each(BAD_COINS)("is refused with %s on either side", (_name, coins) => {
    const bad = { address: bela, coins: [...coins] };
    expect(multiSend({ inputs: [{ ...bad, address: anna }] })).toMatch(/^sdk\/10 /);
    expect(multiSend({ outputs: [input(5n, bela), bad] })).toMatch(/^sdk\/10 /);
  });

  test("names the first thing that is wrong", () => {
    expect(multiSend({ inputs: [], outputs: [] })).toMatch(/^bank\/2 /);
    expect(multiSend({ inputs: [input(1n), input(1n)], outputs: [] })).toMatch(/^bank\/9 /);
  });
});

describe("the sum of two lists of coins", () => {
  test("is sorted, and leaves out what adds up to nothing", () => {
    expect(addCoins([coin("b", 1n), coin("c", 0n)], [coin("a", 2n), coin("b", 3n)])).toEqual([
      coin("a", 2n),
      coin("b", 4n),
    ]);
  });

  test("may exceed 256 bits, which its users refuse", () => {
    const most = coin("a", (1n << 256n) - 1n);
    expect(addCoins([most], [coin("a", 1n)])).toEqual([coin("a", 1n << 256n)]);
  });
});
