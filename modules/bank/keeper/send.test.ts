import { beforeEach, describe, expect, test } from "vitest";
import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { CoinChain, linesOf, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { addCoins } from "../types/coins.js";

const [anna, bela, cleo] = ["anna", "bela", "cleo"].map((name) => new TestAccount(name)) as [
  TestAccount,
  TestAccount,
  TestAccount,
];
const MINT = formatAddress("account", moduleAddress("mint"));

let chain: CoinChain;
beforeEach(() => {
  chain = new CoinChain(({ bank }) => {
    bank!["send_enabled"] = [{ denom: "uoff", enabled: false }];
  });
  chain.fund(anna, [coin("uabc", 10n), coin("unes", 100n), coin("uoff", 5n)]);
});

const send = (amount: readonly Coin[], toAddress = bela.text, fromAddress = anna.text) =>
  chain.deliver(MsgSend, { fromAddress, toAddress, amount: [...amount] });

/** An output or input in unes. */
const part = ({ text: address }: TestAccount, amount: bigint, denom = "unes") => ({
  address,
  coins: [coin(denom, amount)],
});

const multiSend = (...outputs: MsgMultiSend["outputs"]) => {
  const coins = [...outputs.reduce<readonly Coin[]>((sum, one) => addCoins(sum, one.coins), [])];
  const inputs = [{ address: anna.text, coins }];
  return chain.deliver(MsgMultiSend, MsgMultiSend.create({ inputs, outputs }));
};

/** Asserts that something is refused so and leaves every entry of the stores as it was. */
function expectRefused(act: () => unknown, refusal: string | RegExp): void {
  const before = chain.state();
  const found = refusalOf(act);
  if (typeof refusal === "string") expect(found).toBe(refusal);
  else expect(found).toMatch(refusal);
  expect(chain.state()).toEqual(before);
  expect(chain.broken()).toEqual([]);
}

describe("MsgSend", () => {
  test("moves every coin and makes the account that receives", () => {
    send([coin("uabc", 10n), coin("unes", 40n)]);
    expect(chain.balances(anna)).toEqual([coin("unes", 60n), coin("uoff", 5n)]);
    expect(chain.balances(bela)).toEqual([coin("uabc", 10n), coin("unes", 40n)]);
    expect(chain.auth.hasAccount(chain.context(), bela.address)).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test("emits the SDK's events", () => {
    expect(linesOf(send([coin("uabc", 1n), coin("unes", 2n)]))).toEqual([
      `coin_spent spender=${anna.text} amount=1uabc,2unes`,
      `coin_received receiver=${bela.text} amount=1uabc,2unes`,
      `transfer recipient=${bela.text} sender=${anna.text} amount=1uabc,2unes`,
    ]);
  });

  test("to oneself changes nothing, and needs the coins all the same", () => {
    const before = chain.state();
    send([coin("unes", 100n)], anna.text);
    expect(chain.state()).toEqual(before);
    expectRefused(() => send([coin("unes", 101n)], anna.text), /^sdk\/5 /);
  });

  test("of everything removes the balance", () => {
    send([coin("uabc", 10n)]);
    expect([...chain.bank.owners.iterate(chain.context().kv(chain.keys.bank))]).toContainEqual([
      "uabc",
      bela.address,
    ]);
    expect(chain.balances(anna).map(({ denom }) => denom)).not.toContain("uabc");
  });

  test("of more than there is is refused in the SDK's words", () => {
    expectRefused(
      () => send([coin("uabc", 1n), coin("unes", 101n)]),
      "sdk/5 spendable balance 100unes is smaller than 101unes: insufficient funds",
    );
    expectRefused(
      () => send([coin("unknown", 1n)]),
      "sdk/5 spendable balance 0unknown is smaller than 1unknown: insufficient funds",
    );
  });

  test("from an account that does not exist is refused", () => {
    expectRefused(() => send([coin("unes", 1n)], anna.text, cleo.text), /^sdk\/5 .*0unes/);
  });

  test("of a denomination that is switched off is refused before funds are looked at", () => {
    expectRefused(
      () => send([coin("unes", 1_000n), coin("uoff", 1n)]),
      "bank/5 uoff transfers are currently disabled: send transactions are disabled",
    );
  });

  test("to a module's account is refused, however it is spelled", () => {
    for (const to of [MINT, MINT.toUpperCase()]) {
      expectRefused(
        () => send([coin("unes", 1n)], to),
        `sdk/4 ${to} is not allowed to receive funds: unauthorized`,
      );
    }
  });

  test.each<[string, Coin[]]>([
    ["nothing", []],
    ["a coin of nothing", [coin("unes", 0n)]],
    ["a coin twice", [coin("unes", 1n), coin("unes", 1n)]],
  ])("of %s is refused", (_name, amount) => {
    expectRefused(() => send(amount), /^sdk\/10 /);
  });
});

describe("MsgMultiSend", () => {
  test("moves coins to several, one of them twice", () => {
    multiSend(part(bela, 1n), part(cleo, 2n), part(bela, 3n), part(cleo, 4n, "uabc"));
    expect(chain.balances(anna)).toEqual([coin("uabc", 6n), coin("unes", 94n), coin("uoff", 5n)]);
    expect(chain.balances(bela)).toEqual([coin("unes", 4n)]);
    expect(chain.balances(cleo)).toEqual([coin("uabc", 4n), coin("unes", 2n)]);
    expect(chain.broken()).toEqual([]);
  });

  test("emits one spending and, for each output, a receipt and a transfer", () => {
    expect(linesOf(multiSend(part(bela, 1n), part(cleo, 2n)))).toEqual([
      `coin_spent spender=${anna.text} amount=3unes`,
      `coin_received receiver=${bela.text} amount=1unes`,
      `transfer recipient=${bela.text} sender=${anna.text} amount=1unes`,
      `coin_received receiver=${cleo.text} amount=2unes`,
      `transfer recipient=${cleo.text} sender=${anna.text} amount=2unes`,
    ]);
  });

  test("may give part back to the sender", () => {
    multiSend(part(anna, 90n), part(bela, 10n));
    expect(chain.bank.balance(chain.context(), anna.address, "unes")).toBe(90n);
    expect(chain.broken()).toEqual([]);
  });

  test("of more than there is moves nothing to anybody", () => {
    expectRefused(
      () => multiSend(part(bela, 60n), part(cleo, 41n)),
      "sdk/5 spendable balance 100unes is smaller than 101unes: insufficient funds",
    );
  });

  test("with a module among the receivers moves nothing to anybody", () => {
    const mint = { address: MINT, coins: [coin("unes", 1n)] };
    expectRefused(() => multiSend(part(bela, 1n), mint), /^sdk\/4 .*not allowed to receive funds/);
  });

  test("of a denomination that is switched off is refused", () => {
    expectRefused(() => multiSend(part(bela, 1n, "uoff"), part(cleo, 1n)), /^bank\/5 uoff /);
  });

  test("whose sums differ is refused", () => {
    const inputs = [part(anna, 3n)];
    const message = MsgMultiSend.create({ inputs, outputs: [part(bela, 2n)] });
    expectRefused(() => chain.deliver(MsgMultiSend, message), /^bank\/4 /);
  });
});

describe("switching denominations", () => {
  test("by default decides for all that have no entry", () => {
    const ctx = chain.context();
    chain.bank.setParams(ctx, { sendEnabled: [], defaultSendEnabled: false });
    expectRefused(() => send([coin("unes", 1n)]), /^bank\/5 unes /);
    chain.bank.sendEnabled.set(ctx.kv(chain.keys.bank), "unes", Uint8Array.of(1));
    expect(refusalOf(() => send([coin("unes", 1n)]))).toBe("accepted");
    expectRefused(() => send([coin("uabc", 1n)]), /^bank\/5 uabc /);
  });

  test("does not bind modules", () => {
    const ctx = chain.context();
    chain.transfers.sendToModule(ctx, anna.address, "fee_collector", [coin("uoff", 5n)]);
    chain.transfers.sendFromModule(ctx, "fee_collector", bela.address, [coin("uoff", 5n)]);
    expect(chain.balances(bela)).toEqual([coin("uoff", 5n)]);
  });
});

test("who must sign is who sends", () => {
  const signers = (typeUrl: string, message: object) =>
    chain.manager.msgs.find(typeUrl)?.signers(message);
  const msg = MsgSend.create({ fromAddress: anna.text, toAddress: bela.text });
  expect(signers(MsgSend.typeUrl, msg)).toEqual([anna.text]);
  const many = MsgMultiSend.create({ inputs: [part(bela, 1n)], outputs: [part(anna, 1n)] });
  expect(signers(MsgMultiSend.typeUrl, many)).toEqual([bela.text]);
});
