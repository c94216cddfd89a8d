import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { InvariantError } from "#core/primitives/assert.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { CoinChain, COIN_MODULES, linesOf, refusalOf } from "#test/harness/coinChain.js";
import { TestAccount } from "#test/harness/identities.js";

const [anna, bela] = [new TestAccount("anna"), new TestAccount("bela")];
const textOf = (module: string) => formatAddress("account", moduleAddress(module));

let chain: CoinChain;
beforeEach(() => {
  chain = new CoinChain();
  chain.fund(anna, [coin("uabc", 10n), coin("unes", 100n)]);
});

const unes = (amount: bigint): Coin[] => [coin("unes", amount)];

function expectUnchanged(act: () => unknown): void {
  const before = chain.state();
  act();
  expect(chain.state()).toEqual(before);
}

describe("minting", () => {
  test("makes coins in the module's account and raises the supply", () => {
    const ctx = chain.context();
    chain.transfers.mint(ctx, "mint", [coin("unes", 5n), coin("uxyz", 1n)]);
    expect(chain.transfers.moduleBalance(ctx, "mint", "unes")).toBe(5n);
    expect(chain.bank.supply(ctx, "unes")).toBe(105n);
    expect(chain.bank.supply(ctx, "uxyz")).toBe(1n);
    expect(linesOf(ctx.events)).toEqual([
      `coin_received receiver=${textOf("mint")} amount=5unes,1uxyz`,
      `coinbase minter=${textOf("mint")} amount=5unes,1uxyz`,
    ]);
    expect(chain.broken()).toEqual([]);
  });

  test("goes up to 256 bits of supply and no further, for any of the coins", () => {
    const ctx = chain.context();
    const room = (1n << 256n) - 1n - 100n;
    expectUnchanged(() => {
      const coins = [coin("uabc", 1n), coin("unes", room + 1n)];
      expect(
        refusalOf(() => {
          chain.transfers.mint(ctx, "mint", coins);
        }),
      ).toBe("sdk/10 the supply of unes would exceed 256 bits: invalid coins");
    });
    chain.transfers.mint(ctx, "mint", unes(room));
    expect(chain.broken()).toEqual([]);
  });

  test.each(["fee_collector", "furnace", "gov"])("is a fault of module %s", (module) => {
    expectUnchanged(() => {
      expect(() => {
        chain.transfers.mint(chain.context(), module, unes(1n));
      }).toThrow(InvariantError);
    });
  });
});

describe("burning", () => {
  beforeEach(() => {
    chain.transfers.sendToModule(chain.context(), anna.address, "furnace", unes(30n));
  });

  test("destroys coins of the module's account and lowers the supply", () => {
    const ctx = chain.context();
    chain.transfers.burn(ctx, "furnace", unes(20n));
    expect(chain.transfers.moduleBalance(ctx, "furnace", "unes")).toBe(10n);
    expect(chain.bank.supply(ctx, "unes")).toBe(80n);
    expect(linesOf(ctx.events)).toEqual([
      `coin_spent spender=${textOf("furnace")} amount=20unes`,
      `burn burner=${textOf("furnace")} amount=20unes`,
    ]);
    expect(chain.broken()).toEqual([]);
  });

  test("of all there is forgets the denomination", () => {
    const ctx = chain.context();
    chain.transfers.sendToModule(ctx, anna.address, "furnace", unes(70n));
    chain.transfers.burn(ctx, "furnace", unes(100n));
    expect([...chain.bank.supplies.iterate(ctx.kv(chain.keys.bank))]).toEqual([["uabc", 10n]]);
    expect(chain.broken()).toEqual([]);
  });

  test("of more than there is is refused", () => {
    expectUnchanged(() => {
      expect(
        refusalOf(() => {
          chain.transfers.burn(chain.context(), "furnace", unes(31n));
        }),
      ).toBe("sdk/5 spendable balance 30unes is smaller than 31unes: insufficient funds");
    });
  });

  test.each(["fee_collector", "mint", "gov"])("is a fault of module %s", (module) => {
    expectUnchanged(() => {
      expect(() => {
        chain.transfers.burn(chain.context(), module, unes(1n));
      }).toThrow(InvariantError);
    });
  });
});

describe("modules' accounts", () => {
  test("receive from people, send to people and to one another", () => {
    const ctx = chain.context();
    chain.transfers.sendToModule(ctx, anna.address, "mint", unes(10n));
    chain.transfers.sendBetweenModules(ctx, "mint", "furnace", unes(7n));
    chain.transfers.sendFromModule(ctx, "furnace", bela.address, unes(4n));
    const balances = ["mint", "furnace"].map((name) =>
      chain.transfers.moduleBalance(ctx, name, "unes"),
    );
    expect([...balances, chain.transfers.spendable(ctx, bela.address, "unes")]).toEqual([
      3n,
      3n,
      4n,
    ]);
    expect(chain.broken()).toEqual([]);
  });

  test("that are not declared receive nothing", () => {
    expectUnchanged(() => {
      expect(() => {
        chain.transfers.sendToModule(chain.context(), anna.address, "gov", unes(1n));
      }).toThrow(InvariantError);
    });
  });

  test("pay no more than they have", () => {
    expectUnchanged(() => {
      const { transfers } = chain;
      const ctx = chain.context();
      for (const act of [
        () => {
          transfers.sendFromModule(ctx, "mint", anna.address, unes(1n));
        },
        () => {
          transfers.sendBetweenModules(ctx, "mint", "furnace", unes(1n));
        },
        () => {
          transfers.requireFunds(ctx, moduleAddress("mint"), unes(1n));
        },
      ]) {
        expect(refusalOf(act)).toMatch(/^sdk\/5 spendable balance 0unes is smaller than 1unes/);
      }
    });
  });
});

test("whatever moves, coins are conserved and nobody has less than nothing", () => {
  const accounts = [anna, bela].map(({ address }) => address);
  const holders = [...accounts, ...[...COIN_MODULES.keys()].map((name) => moduleAddress(name))];
  const step = fc.record({
    kind: fc.constantFrom("send", "mint", "burn"),
    from: fc.nat(holders.length - 1),
    to: fc.nat(holders.length - 1),
    denom: fc.constantFrom("uabc", "unes"),
    amount: fc.bigInt(1n, 60n),
  });
  const run = ({
    kind,
    from,
    to,
    denom,
    amount,
  }: typeof step extends fc.Arbitrary<infer T> ? T : never) => {
    const ctx = chain.context();
    const coins = [coin(denom, amount)];
    if (kind === "mint") chain.transfers.mint(ctx, "mint", coins);
    else if (kind === "burn") chain.transfers.burn(ctx, "furnace", coins);
    else chain.transfers.send(ctx, holders[from]!, holders[to]!, coins);
  };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      for (const one of steps)
        refusalOf(() => {
          run(one);
        });
      expect(chain.broken()).toEqual([]);
    }),
    { seed: 20260803, numRuns: 50 },
  );
});
