import { describe, expect, test } from "vitest";
import { GenesisState, type Metadata } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { TestAccount } from "#test/harness/identities.js";
import { defaultGenesis, validateGenesis } from "./genesis.js";
import { defaultParams } from "./params.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

const NES: Metadata = {
  description: "pays for inferences",
  denomUnits: [
    { denom: "unes", exponent: 0, aliases: ["micrones"] },
    { denom: "nes", exponent: 6, aliases: [] },
  ],
  base: "unes",
  display: "nes",
  name: "Nes",
  symbol: "NES",
  uri: "",
  uriHash: "",
};

function genesisWith(changes: Parameters<typeof GenesisState.create>[0]): GenesisState {
  return GenesisState.create({ ...defaultGenesis(), ...changes });
}

/** Path and problem of the refusal; undefined when the genesis is valid. */
function faultOf(changes: Parameters<typeof genesisWith>[0]): unknown {
  const error = caught(() => {
    validateGenesis(genesisWith(changes));
  });
  if (error === undefined) return undefined;
  if (!(error instanceof ChainError)) throw error as Error;
  expect([error.codespace, error.code]).toEqual(["bank", 100]);
  return [error.detail["at"], error.detail["problem"]];
}

const held = (coins: Coin[], { text: address } = anna) => ({ address, coins });

describe("a genesis", () => {
  test("of a new chain is valid, without coins, and lets people send", () => {
    expect(faultOf({})).toBeUndefined();
    expect(defaultGenesis()).toMatchObject({ balances: [], supply: [] });
    expect(defaultParams()).toEqual({ sendEnabled: [], defaultSendEnabled: true });
  });

  test("may state the supply, which is the sum of the balances", () => {
    const balances = [
      held([coin("uabc", 1n), coin("unes", 2n)]),
      held([coin("unes", 3n)], bela),
      { address: new TestAccount("poor").text, coins: [] },
    ];
    expect(faultOf({ balances })).toBeUndefined();
    const supply = [coin("uabc", 1n), coin("unes", 5n)];
    expect(faultOf({ balances, supply })).toBeUndefined();
  });

  test.each([[[coin("unes", 4n)]], [[coin("unes", 6n)]], [[coin("uabc", 1n), coin("unes", 5n)]]])(
    "whose supply is another is refused: %o",
    (supply) => {
      const balances = [held([coin("unes", 5n)])];
      expect(faultOf({ balances, supply })).toEqual(["bank.supply", "not the sum of balances"]);
    },
  );

  test("whose balances add up to more than 256 bits is refused", () => {
    const most = [coin("unes", (1n << 256n) - 1n)];
    expect(faultOf({ balances: [held(most)] })).toBeUndefined();
    const balances = [held(most), held([coin("unes", 1n)], bela)];
    expect(faultOf({ balances })).toEqual(["bank.balances", expect.stringMatching(/256 bits/)]);
  });

  test.each<[string, { address: string; coins: Coin[] }, RegExp]>([
    ["a malformed address", { address: "anna", coins: [] }, /invalid address/],
    ["an address of another kind", { address: anna.operator, coins: [] }, /prefix is not nesa/],
    ["an address that has a balance", held([], bela), /occurs twice/],
    ["such an address in capitals", held([], { text: bela.text.toUpperCase() } as never), /twice/],
    ["a coin of nothing", held([coin("unes", 0n)]), /sorted, unique and positive/],
    ["coins out of order", held([coin("uz0", 1n), coin("ua0", 1n)]), /sorted/],
    ["a denomination twice", held([coin("unes", 1n), coin("unes", 1n)]), /sorted/],
    ["a malformed denomination", held([coin("u", 1n)]), /sorted/],
  ])("names the path of %s", (_name, balance, problem) => {
    expect(faultOf({ balances: [held([], bela), balance] })).toEqual([
      "bank.balances[1]",
      expect.stringMatching(problem),
    ]);
  });
});

describe("send-enabled entries of a genesis", () => {
  const off = (denom: string) => ({ denom, enabled: false });

  test("may stand in either of the SDK's two places", () => {
    expect(faultOf({ sendEnabled: [off("unes"), off("uabc")] })).toBeUndefined();
    const params = { sendEnabled: [off("unes")], defaultSendEnabled: true };
    expect(faultOf({ params })).toBeUndefined();
    expect(faultOf({ params, sendEnabled: [off("uabc")] })).toEqual([
      "bank.send_enabled",
      "the parameters have a list too",
    ]);
  });

  test.each([
    ["occurs twice", [off("unes"), { denom: "unes", enabled: true }]],
    ["not a denomination", [off("1unes")]],
  ])("are refused: %s", (problem, sendEnabled) => {
    expect(faultOf({ sendEnabled })).toEqual(["bank.send_enabled", problem]);
  });
});

describe("metadata of a genesis", () => {
  const units = (...denomUnits: Metadata["denomUnits"]) => ({ denomUnits });
  const [base, display] = NES.denomUnits as [Metadata["denomUnits"][0], Metadata["denomUnits"][0]];

  test("is what wallets can show", () => {
    expect(faultOf({ denomMetadata: [NES] })).toBeUndefined();
    expect(faultOf({ denomMetadata: [{ ...NES, ...units(base), display: "unes" }] })).toBe(
      undefined,
    );
  });

  test.each<[string, Partial<Metadata>]>([
    ["name is blank", { name: " " }],
    ["symbol is blank", { symbol: "" }],
    ["the first unit is not the base with exponent 0", units()],
    ["the first unit is not the base with exponent 0", units(display, base)],
    ["the first unit is not the base with exponent 0", units({ ...base, exponent: 1 }, display)],
    ["the first unit is not the base with exponent 0", { base: "nes" }],
    ["no unit is the display unit", { display: "kilones" }],
    ["no unit is the display unit", units(base)],
    ["unit 6nes is not a denomination", units(base, display, { ...base, denom: "6nes" })],
    ["unit unes occurs twice", units(base, { ...base, exponent: 3 }, display)],
    ["units do not ascend by exponent", units(base, display, { ...display, denom: "dnes" })],
    ["an alias of nes is blank", units(base, { ...display, aliases: ["\t"] })],
    ["an alias of nes occurs twice", units(base, { ...display, aliases: ["a", "b", "a"] })],
  ])("is refused: %s", (problem, changes) => {
    const other = { ...NES, ...units({ ...base, denom: "uabc" }), base: "uabc", display: "uabc" };
    expect(faultOf({ denomMetadata: [other, { ...NES, ...changes }] })).toEqual([
      "bank.denom_metadata[1]",
      problem,
    ]);
  });

  test("is given once for each denomination", () => {
    expect(faultOf({ denomMetadata: [NES, NES] })).toEqual(["bank.denom_metadata", "occurs twice"]);
  });
});
