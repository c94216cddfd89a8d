import { beforeEach, expect, test } from "vitest";
import { coin } from "#core/primitives/coin.js";
import { utf8 } from "#core/primitives/bytes.js";
import type { KvStore } from "#core/store/kv.js";
import { CoinChain } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

let chain: CoinChain;
let kv: KvStore;
beforeEach(() => {
  chain = new CoinChain();
  for (const account of [anna, bela]) chain.fund(account, [coin("uabc", 1n), coin("unes", 5n)]);
  kv = chain.context().kv(chain.keys.bank);
});

test("invariants hold of coins that were made and sent", () => {
  expect(chain.broken()).toEqual([]);
});

test.each<[string, () => void, string]>([
  [
    "coins that come from nowhere",
    () => {
      chain.bank.balances.set(kv, [anna.address, "unes"], 6n);
    },
    "bank/total-supply: supply of unes is 10, balances add up to 11",
  ],
  [
    "coins that get lost",
    () => {
      chain.bank.setSupply(chain.context(), "uabc", 3n);
    },
    "bank/total-supply: supply of uabc is 3, balances add up to 2",
  ],
  [
    "coins without a supply",
    () => {
      chain.bank.supplies.delete(kv, "uabc");
    },
    "bank/total-supply: balances of uabc without a supply",
  ],
  [
    "a balance of nothing that is stored",
    () => {
      chain.bank.balances.set(kv, [bela.address, "uxyz"], 0n);
      chain.bank.owners.add(kv, ["uxyz", bela.address]);
    },
    "bank/total-supply: a balance of uxyz is stored as zero",
  ],
  [
    "a balance that the index of owners lacks",
    () => {
      chain.bank.owners.delete(kv, ["unes", bela.address]);
    },
    "bank/owners: 3 owners for 4 balances",
  ],
  [
    "an owner without a balance",
    () => {
      chain.bank.owners.add(kv, ["uxyz", anna.address]);
      chain.bank.owners.delete(kv, ["unes", anna.address]);
    },
    "bank/owners: an owner of uxyz has none",
  ],
  [
    "metadata under another denomination",
    () => {
      const ctx = chain.context();
      chain.bank.metadata.set(ctx.kv(chain.keys.bank), "uabc", METADATA);
    },
    "bank/denominations: metadata of unes is stored under uabc",
  ],
  [
    "a switch that is neither on nor off",
    () => {
      chain.bank.sendEnabled.set(kv, "unes", utf8("yes"));
    },
    "bank/denominations: the switch of unes is neither on nor off",
  ],
])("the invariants notice %s", (_name, damage, broken) => {
  damage();
  expect(chain.broken()).toEqual([broken]);
});

const METADATA = {
  description: "",
  denomUnits: [{ denom: "unes", exponent: 0, aliases: [] }],
  base: "unes",
  display: "unes",
  name: "Nes",
  symbol: "NES",
  uri: "",
  uriHash: "",
};
