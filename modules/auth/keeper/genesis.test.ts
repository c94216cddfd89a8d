import { describe, expect, test } from "vitest";
import { BaseAccount } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { JsonObject } from "#core/codec/json.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { CoinChain, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela, cleo] = ["anna", "bela", "cleo"].map((name) => new TestAccount(name)) as [
  TestAccount,
  TestAccount,
  TestAccount,
];

function entry(account: TestAccount, changes: JsonObject = {}): JsonObject {
  return { "@type": BaseAccount.typeUrl, address: account.text, ...changes };
}

function chainWith(...accounts: JsonObject[]): CoinChain {
  return new CoinChain(({ auth }) => {
    auth!["accounts"] = accounts;
  });
}

const numberOf = (chain: CoinChain, { address }: TestAccount) =>
  chain.auth.findAccount(chain.context(), address)?.number;

describe("a new chain", () => {
  test("numbers accounts in the order of its file, then modules in the order of their names", () => {
    const chain = chainWith(entry(bela), entry(anna));
    expect([bela, anna].map((one) => numberOf(chain, one))).toEqual([0n, 1n]);
    const modules = ["fee_collector", "furnace", "mint"].map(
      (name) => chain.auth.findModuleAccount(chain.context(), name)?.number,
    );
    expect(modules).toEqual([2n, 3n, 4n]);
    expect(chain.broken()).toEqual([]);
  });

  test("gives the lowest free number to accounts whose own is taken", () => {
    const zero = { account_number: "0" };
    const chain = chainWith(entry(anna, zero), entry(bela, { account_number: "1" }), entry(cleo));
    expect([anna, bela, cleo].map((one) => numberOf(chain, one))).toEqual([0n, 1n, 2n]);
  });

  test("goes on after the highest number of its file", () => {
    const chain = chainWith(entry(anna, { account_number: "41" }));
    expect(chain.auth.findModuleAccount(chain.context(), "mint")?.number).toBe(44n);
    expect(chain.broken()).toEqual([]);
  });

  test("refuses an ordinary account where a module's must be", () => {
    const address = formatAddress("account", moduleAddress("mint"));
    const refusal = refusalOf(() => chainWith({ "@type": BaseAccount.typeUrl, address }));
    expect(refusal).toMatch(/^auth\/2 .*at auth\.accounts.*module mint/);
  });

  test("names the path in the file of what is not JSON of its type", () => {
    const refusal = refusalOf(() => chainWith(entry(anna, { sequence: "minus one" })));
    expect(refusal).toContain("app_state.auth.accounts[0].sequence");
  });
});

test("a state that was exported is the same after it was imported", () => {
  const key = { "@type": "/cosmos.crypto.secp256k1.PubKey", key: toBase64(cleo.publicKey) };
  const chain = chainWith(
    entry(bela, { account_number: "5" }),
    entry(anna),
    entry(cleo, { account_number: "2", sequence: "17", pub_key: key }),
  );
  chain.auth.setParams(chain.context(), {
    maxMemoCharacters: 5n,
    txSigLimit: 6n,
    txSizeCostPerByte: 7n,
    sigVerifyCostEd25519: 8n,
    sigVerifyCostSecp256k1: 9n,
  });
  chain.auth.createAccount(chain.context(), new TestAccount("late").address);
  const exported = chain.exported();
  const restarted = new CoinChain((sections) => Object.assign(sections, exported));
  expect(restarted.state()).toEqual(chain.state());
  expect(restarted.exported()).toEqual(exported);
});
