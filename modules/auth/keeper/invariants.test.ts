import { beforeEach, expect, test } from "vitest";
import { Any } from "#core/codec/generated/google/protobuf.js";
import type { KvStore } from "#core/store/kv.js";
import { moduleAddress } from "#core/crypto/address.js";
import { concatBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import { CoinChain } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { packAccount } from "../types/account.js";
import { PREFIX } from "../types/keys.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

let chain: CoinChain;
let kv: KvStore;
beforeEach(() => {
  chain = new CoinChain();
  for (const { address } of [anna, bela]) chain.auth.createAccount(chain.context(), address);
  kv = chain.context().kv(chain.keys.auth);
});

const numberKey = (number: bigint) =>
  concatBytes(Uint8Array.of(PREFIX.byNumber), uint64ToBytes(number));

test("invariants hold of accounts that were made", () => {
  expect(chain.broken()).toEqual([]);
});

test.each<[string, () => void, string]>([
  [
    "two accounts with one number",
    () => {
      const account = chain.auth.findAccount(chain.context(), bela.address)!;
      chain.auth.setAccount(chain.context(), { ...account, number: 3n });
    },
    "auth/account-numbers: account number 3 belongs to another account in the index",
  ],
  [
    "a number that the index lacks",
    () => {
      kv.delete(numberKey(4n));
    },
    "auth/account-numbers: account number 4 belongs to another account in the index",
  ],
  [
    "a number of nobody in the index",
    () => {
      kv.set(numberKey(77n), anna.address);
    },
    "auth/account-numbers: 6 numbers for 5 accounts",
  ],
  [
    "a number that was not given out yet",
    () => {
      chain.auth.setNextNumber(chain.context(), 4n);
    },
    "auth/account-numbers: account number 4 was not given out",
  ],
  [
    "a module's account that is a person's",
    () => {
      const { address, number } = chain.auth.findModuleAccount(chain.context(), "mint")!;
      const person = { address, number, sequence: 0n, publicKey: undefined };
      const key = concatBytes(Uint8Array.of(PREFIX.account), moduleAddress("mint"));
      kv.set(key, Any.encode(packAccount(person)));
    },
    "auth/module-accounts: the account of module mint is not a module's",
  ],
])("the invariants notice %s", (_name, damage, broken) => {
  damage();
  expect(chain.broken()).toEqual([broken]);
});

test("the invariants notice a module without its account", () => {
  kv.delete(concatBytes(Uint8Array.of(PREFIX.account), moduleAddress("mint")));
  expect(chain.broken()).toEqual([
    "auth/account-numbers: 5 numbers for 4 accounts",
    "auth/module-accounts: module mint has no account",
  ]);
});
