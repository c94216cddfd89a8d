import { beforeAll, describe, expect, test } from "vitest";
import * as bank from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { JsonObject } from "#core/codec/json.js";
import { coin } from "#core/primitives/coin.js";
import { toHex } from "#core/primitives/bytes.js";
import { CoinChain, pageOf, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela, nobody] = ["anna", "bela", "nobody"].map((name) => new TestAccount(name)) as [
  TestAccount,
  TestAccount,
  TestAccount,
];
const COINS = [coin("uabc", 1n), coin("unes", 2n), coin("uxyz", 3n)];

/** Metadata of a denomination `u…` that is shown without its first letter, as genesis JSON. */
function metadata(denom: string): JsonObject {
  const display = denom.slice(1);
  const units = [
    { denom, exponent: 0, aliases: [] },
    { denom: display, exponent: 6, aliases: [] },
  ];
  return { denom_units: units, base: denom, display, name: display, symbol: display };
}

const chain = new CoinChain((sections) => {
  Object.assign(sections["bank"]!, {
    denom_metadata: ["uabc", "unes", "uxyz"].map(metadata),
    send_enabled: ["uabc", "unes", "uxyz"].map((denom) => ({ denom, enabled: denom === "unes" })),
  });
});

beforeAll(() => {
  chain.fund(anna, COINS);
  chain.fund(bela, [coin("unes", 5n)]);
});

const ask = (name: string, request: object = {}) => chain.ask(bank.QueryService, name, request);

test("every query of the SDK's bank is answered", () => {
  const served = chain.manager.queries
    .routes()
    .filter(({ service }) => service === bank.QueryService);
  expect(served.map(({ method }) => method.name).toSorted()).toEqual(
    bank.QueryService.methods.map(({ name }) => name).toSorted(),
  );
});

describe.each(["Balance", "SpendableBalanceByDenom"])("%s", (name) => {
  test("is a coin, of amount 0 for strangers and unknown denominations", () => {
    for (const [account, denom, amount] of [
      [anna, "unes", 2n],
      [anna, "uother", 0n],
      [nobody, "unes", 0n],
    ] as const) {
      expect(ask(name, { address: account.text, denom })).toEqual({ balance: coin(denom, amount) });
    }
  });

  test.each([
    [{ address: anna.text, denom: "" }, /^sdk\/18 invalid denom: : invalid request$/],
    [{ address: anna.text, denom: "1x" }, /^sdk\/18 invalid denom: 1x: invalid request$/],
    [{ address: "", denom: "unes" }, /^sdk\/7 /],
    [{ address: anna.operator, denom: "unes" }, /^sdk\/7 .*prefix is not nesa/],
  ])("refuses %o", (request, refusal) => {
    expect(refusalOf(() => ask(name, request))).toMatch(refusal);
  });
});

describe("SupplyOf", () => {
  test("is a coin, of amount 0 for an unknown denomination", () => {
    expect(ask("SupplyOf", { denom: "unes" })).toEqual({ amount: coin("unes", 7n) });
    expect(ask("SupplyOf", { denom: "uother" })).toEqual({ amount: coin("uother", 0n) });
    expect(refusalOf(() => ask("SupplyOf", { denom: "u" }))).toBe(
      "sdk/18 invalid denom: u: invalid request",
    );
  });
});

describe.each(["DenomMetadata", "DenomMetadataByQueryString"])("%s", (name) => {
  test("is what genesis said", () => {
    const answer = ask(name, { denom: "unes" }) as bank.QueryDenomMetadataResponse;
    expect(answer.metadata).toMatchObject({ base: "unes", display: "nes", symbol: "nes" });
  });

  test("of a denomination without any is not found, in the SDK's words", () => {
    expect(refusalOf(() => ask(name, { denom: "uother" }))).toBe(
      "sdk/22 client metadata for denom uother: key not found",
    );
    expect(refusalOf(() => ask(name, { denom: "" }))).toMatch(/^sdk\/18 invalid denom/);
  });
});

test("the parameters have no list of denominations: entries are asked for with SendEnabled", () => {
  expect(ask("Params")).toEqual({ params: { sendEnabled: [], defaultSendEnabled: true } });
});

describe("AllBalances", () => {
  test("may show denominations by their display units", () => {
    const request = { address: anna.text, resolveDenom: true };
    const { balances } = ask("AllBalances", request) as bank.QueryAllBalancesResponse;
    expect(balances).toEqual([coin("abc", 1n), coin("nes", 2n), coin("xyz", 3n)]);
  });

  test("of a stranger are none, of no address are refused", () => {
    const answer = ask("AllBalances", { address: nobody.text }) as bank.QueryAllBalancesResponse;
    expect([answer.balances, answer.pagination?.total]).toEqual([[], 0n]);
    expect(refusalOf(() => ask("AllBalances", { address: "anna" }))).toMatch(/^sdk\/7 /);
    expect(refusalOf(() => ask("SpendableBalances", {}))).toMatch(/^sdk\/7 /);
  });
});

describe("DenomOwners", () => {
  test.each(["DenomOwners", "DenomOwnersByQuery"])("are those who hold it: %s", (name) => {
    const answer = ask(name, { denom: "uabc" }) as bank.QueryDenomOwnersResponse;
    expect(answer.denomOwners).toEqual([{ address: anna.text, balance: coin("uabc", 1n) }]);
    expect((ask(name, { denom: "uab" }) as typeof answer).denomOwners).toEqual([]);
    expect(refusalOf(() => ask(name, {}))).toMatch(/^sdk\/18 invalid denom/);
  });
});

describe("SendEnabled", () => {
  const entriesOf = (denoms: string[]) =>
    (ask("SendEnabled", { denoms }) as bank.QuerySendEnabledResponse).sendEnabled;

  test("gives the entries that are asked for, in that order, and no others", () => {
    expect(entriesOf(["uxyz", "uother", "unes"])).toEqual([
      { denom: "uxyz", enabled: false },
      { denom: "unes", enabled: true },
    ]);
    const answer = ask("SendEnabled", { denoms: ["unes"] }) as bank.QuerySendEnabledResponse;
    expect(answer.pagination).toBeUndefined();
  });
});

/** Lists by what the answer calls them, and the names of what they list, in order. */
const LISTS: ReadonlyArray<readonly [string, object, (answer: never) => string[], string[]]> = [
  [
    "AllBalances",
    { address: anna.text },
    ({ balances }: bank.QueryAllBalancesResponse) => balances.map(({ denom }) => denom),
    ["uabc", "unes", "uxyz"],
  ],
  [
    "SpendableBalances",
    { address: anna.text },
    ({ balances }: bank.QuerySpendableBalancesResponse) => balances.map(({ denom }) => denom),
    ["uabc", "unes", "uxyz"],
  ],
  [
    "TotalSupply",
    {},
    ({ supply }: bank.QueryTotalSupplyResponse) => supply.map(({ denom }) => denom),
    ["uabc", "unes", "uxyz"],
  ],
  [
    "DenomsMetadata",
    {},
    ({ metadatas }: bank.QueryDenomsMetadataResponse) => metadatas.map(({ base }) => base),
    ["uabc", "unes", "uxyz"],
  ],
  [
    "DenomOwners",
    { denom: "unes" },
    ({ denomOwners }: bank.QueryDenomOwnersResponse) => denomOwners.map(({ address }) => address),
    [anna, bela]
      .toSorted((a, b) => Buffer.from(a.address).compare(b.address))
      .map(({ text }) => text),
  ],
  [
    "SendEnabled",
    {},
    ({ sendEnabled }: bank.QuerySendEnabledResponse) => sendEnabled.map(({ denom }) => denom),
    ["uabc", "unes", "uxyz"],
  ],
];

describe.each(LISTS)("the list that %s gives", (name, request, namesOf, all) => {
  const list = (page?: Parameters<typeof pageOf>[0]) => {
    const pagination = page && pageOf(page);
    const answer = ask(name, { ...request, pagination }) as never;
    const { nextKey, total } = (answer as bank.QueryTotalSupplyResponse).pagination!;
    return { names: namesOf(answer), nextKey, total };
  };
  const count = BigInt(all.length);

  test("is whole and counted without a page request", () => {
    const { names, nextKey, total } = list();
    expect([names, toHex(nextKey), total]).toEqual([all, "", count]);
  });

  test("is read by key, one entry at a time, uncounted", () => {
    const names: string[] = [];
    let key = new Uint8Array(0);
    do {
      const page = list({ key, limit: 1n });
      expect(page.total).toBe(0n);
      names.push(...page.names);
      key = Uint8Array.from(page.nextKey);
    } while (key.length > 0);
    expect(names).toEqual(all);
  });

  test("is read by offset, counted when asked", () => {
    const page = list({ offset: 1n, limit: 1n, countTotal: true });
    expect(page.names).toEqual(all.slice(1, 2));
    expect(page.total).toBe(count);
    expect(list({ offset: count, limit: 5n }).names).toEqual([]);
  });

  test("is read in reverse", () => {
    expect(list({ reverse: true, limit: 9n }).names).toEqual(all.toReversed());
  });

  test("is not read by key and offset at once", () => {
    const act = () => list({ key: Uint8Array.of(1), offset: 1n });
    expect(refusalOf(act)).toMatch(/^sdk\/18 .*either offset or key is expected, got both/);
  });
});
