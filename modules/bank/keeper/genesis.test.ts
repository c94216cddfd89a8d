import { describe, expect, test } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { coin } from "#core/primitives/coin.js";
import { CoinChain, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

const BANK: JsonObject = {
  params: { send_enabled: [], default_send_enabled: false },
  balances: [
    {
      address: bela.text,
      coins: [
        { denom: "uabc", amount: "1" },
        { denom: "unes", amount: "2" },
      ],
    },
    { address: anna.text, coins: [{ denom: "unes", amount: "3" }] },
  ],
  supply: [],
  denom_metadata: [
    {
      description: "",
      denom_units: [
        { denom: "unes", exponent: 0, aliases: [] },
        { denom: "nes", exponent: 6, aliases: ["NES"] },
      ],
      base: "unes",
      display: "nes",
      name: "Nes",
      symbol: "NES",
      uri: "",
      uri_hash: "",
    },
  ],
  send_enabled: [
    { denom: "uabc", enabled: false },
    { denom: "unes", enabled: true },
  ],
};

const chainOf = (bank: JsonObject) =>
  new CoinChain((sections) => {
    Object.assign(sections["bank"]!, bank);
  });

describe("a new chain", () => {
  test("has the balances, their sum as supply, and accounts for those who own them", () => {
    const chain = chainOf(BANK);
    const ctx = chain.context();
    expect(chain.balances(bela)).toEqual([coin("uabc", 1n), coin("unes", 2n)]);
    expect([chain.bank.supply(ctx, "uabc"), chain.bank.supply(ctx, "unes")]).toEqual([1n, 5n]);
    for (const { address } of [anna, bela]) expect(chain.auth.hasAccount(ctx, address)).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test("switches denominations by either of the SDK's lists", () => {
    const listed = chainOf(BANK);
    const { send_enabled: list, ...rest } = BANK;
    const params = { send_enabled: list!, default_send_enabled: false };
    const deprecated = chainOf({ ...rest, params });
    for (const chain of [listed, deprecated]) {
      const enabled = ["uabc", "unes", "uxyz"].map((denom) =>
        chain.bank.isSendEnabled(chain.context(), denom),
      );
      expect(enabled).toEqual([false, true, false]);
    }
    expect(deprecated.state()).toEqual(listed.state());
  });

  test("is refused with the path of what is wrong in its file", () => {
    const balances = [{ address: anna.text, coins: [{ denom: "unes", amount: "0" }] }];
    expect(refusalOf(() => chainOf({ balances }))).toMatch(/^bank\/100 .*at bank\.balances\[0\]/);
    const malformed = [{ address: anna.text, coins: [{ denom: "unes", amount: 5 }] }];
    expect(refusalOf(() => chainOf({ balances: malformed }))).toContain(
      "app_state.bank.balances[0].coins[0].amount",
    );
  });
});

test("a state that was exported is the same after it was imported", () => {
  const chain = chainOf(BANK);
  chain.fund(anna, [coin("uabc", 9n)]);
  const exported = chain.exported();
  const restarted = new CoinChain((sections) => Object.assign(sections, exported));
  expect(restarted.state()).toEqual(chain.state());
  expect(restarted.exported()).toEqual(exported);
  expect(exported["bank"]).toMatchObject({
    ...BANK,
    balances: expect.any(Array) as unknown,
    supply: [
      { denom: "uabc", amount: "10" },
      { denom: "unes", amount: "5" },
    ],
  });
});
