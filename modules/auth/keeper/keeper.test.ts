import { beforeEach, describe, expect, test } from "vitest";
import { moduleAddress } from "#core/crypto/address.js";
import { InvariantError } from "#core/primitives/assert.js";
import { CoinChain } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";
import { packPublicKey } from "../types/publicKey.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];

let chain: CoinChain;
beforeEach(() => {
  chain = new CoinChain();
});

describe("accounts", () => {
  test("get ascending numbers, after those of the modules", () => {
    const ctx = chain.context();
    expect(chain.auth.nextNumber(ctx)).toBe(3n);
    expect(chain.auth.createAccount(ctx, anna.address).number).toBe(3n);
    expect(chain.auth.createAccount(ctx, bela.address).number).toBe(4n);
    expect(chain.auth.nextNumber(ctx)).toBe(5n);
    expect(chain.auth.findAddressByNumber(ctx, 4n)).toEqual(bela.address);
    expect(chain.auth.findAddressByNumber(ctx, 5n)).toBeUndefined();
  });

  test("keep what is set, and are absent before", () => {
    const ctx = chain.context();
    expect(chain.auth.hasAccount(ctx, anna.address)).toBe(false);
    expect(chain.auth.findAccount(ctx, anna.address)).toBeUndefined();
    const made = chain.auth.createAccount(ctx, anna.address);
    const used = { ...made, sequence: 9n, publicKey: packPublicKey(anna.publicKey) };
    chain.auth.setAccount(ctx, used);
    expect(chain.auth.findAccount(ctx, anna.address)).toEqual(used);
    expect(chain.broken()).toEqual([]);
  });

  test("are made once: ensuring one twice changes nothing, creating one twice is a fault", () => {
    const ctx = chain.context();
    chain.auth.ensureAccount(ctx, anna.address);
    const before = chain.state();
    chain.auth.ensureAccount(ctx, anna.address);
    expect(() => chain.auth.createAccount(ctx, anna.address)).toThrow(InvariantError);
    expect(chain.state()).toEqual(before);
  });

  test("are listed in byte order of their addresses", () => {
    const ctx = chain.context();
    for (const { address } of [anna, bela]) chain.auth.createAccount(ctx, address);
    const listed = [...chain.auth.accounts(ctx)].map(({ address }) => Buffer.from(address));
    expect(listed).toHaveLength(5);
    expect(listed).toEqual(listed.toSorted((a, b) => a.compare(b)));
  });
});

describe("module accounts", () => {
  test("are at the SDK's addresses, with their permissions, from genesis on", () => {
    const ctx = chain.context();
    expect(chain.auth.findModuleAccount(ctx, "mint")).toEqual({
      address: moduleAddress("mint"),
      number: 2n,
      sequence: 0n,
      publicKey: undefined,
      module: { name: "mint", permissions: ["minter"] },
    });
  });

  test("exist for declared modules alone", () => {
    const ctx = chain.context();
    const before = chain.state();
    expect(chain.auth.findModuleAccount(ctx, "gov")).toBeUndefined();
    expect(() => chain.auth.ensureModuleAccount(ctx, "gov")).toThrow(InvariantError);
    expect(chain.state()).toEqual(before);
  });

  test("are found again instead of made twice", () => {
    const before = chain.state();
    expect(chain.auth.ensureModuleAccount(chain.context(), "furnace").number).toBe(1n);
    expect(chain.state()).toEqual(before);
  });
});
