import { describe, expect, test } from "vitest";
import type { GenesisState } from "#core/codec/generated/aivm/reward/v1.js";
import { caught } from "#test/harness/caught.js";
import { addressOf, DENOM, RewardFixture } from "#test/harness/rewardFixture.js";
import { invalidGenesis } from "../types/errors.js";
import { defaultGenesis, validateGenesis } from "../types/genesis.js";
import { exportGenesis, initGenesis } from "./genesis.js";

/** A chain with rewards of two validators, a removed delegation and two paid requests. */
function livedIn(): RewardFixture {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.createValidator("new");
  chain.delegate("anna", "val", 100n);
  chain.delegate("bela", "val", 200n);
  chain.delegate("anna", "new", 7n);
  chain.beginBlock(1_000n);
  chain.delegate("anna", "val", 50n);
  chain.beginBlock(1_000n);
  chain.fund("escrow", 100n);
  for (const requestId of [9n, 300n]) {
    chain.keeper.settleRequest(chain.ctx, {
      requestId,
      outcome: "fulfilled",
      escrowModule: "escrow",
      denom: DENOM,
      admission: 1n,
      compute: 40n,
      author: 2n,
      priority: 3n,
      requester: addressOf("requester"),
      owner: addressOf("owner"),
      royalties: [],
      members: [],
    });
  }
  return chain;
}

/** A fresh chain with the same delegations, whose module account holds what is given. */
function freshChain(moduleBalance: bigint): RewardFixture {
  const chain = new RewardFixture();
  chain.staking.hooks = undefined;
  chain.createValidator("val");
  chain.createValidator("new");
  chain.delegate("anna", "val", 150n);
  chain.delegate("bela", "val", 200n);
  chain.delegate("anna", "new", 7n);
  chain.fund("reward", moduleBalance);
  return chain;
}

test("a state is rebuilt from its export", () => {
  const old = livedIn();
  const exported = exportGenesis(old.ctx, old.keeper);
  validateGenesis(exported);
  expect(exported.validators.length).toBe(2);
  expect(exported.delegators.length).toBe(3);
  expect(exported.breakdowns.map(({ requestId }) => requestId)).toEqual([9n, 300n]);
  const rebuilt = freshChain(old.moduleBalance("reward"));
  initGenesis(rebuilt.ctx, rebuilt.keeper, exported);
  expect(exportGenesis(rebuilt.ctx, rebuilt.keeper)).toEqual(exported);
  expect(rebuilt.brokenInvariants()).toEqual([]);
});

test("the section of a genesis file survives being read and written", () => {
  const old = livedIn();
  const sections = old.module.exportGenesis(old.ctx);
  const [section] = old.module.genesisSections;
  section!.validate(sections.get("reward")!);
  const rebuilt = freshChain(old.moduleBalance("reward"));
  expect(rebuilt.module.initGenesis(rebuilt.ctx, sections)).toBeUndefined();
  expect(rebuilt.module.exportGenesis(rebuilt.ctx)).toEqual(sections);
});

describe("a module account that holds", () => {
  const { genesis, owed } = exported();

  test.each([
    ["less than is owed", owed - 1n],
    ["more than is owed", owed + 1n],
  ])("%s is refused", (_name, balance) => {
    const chain = freshChain(balance);
    const error = caught(() => {
      initGenesis(chain.ctx, chain.keeper, genesis);
    });
    expect(invalidGenesis.is(error)).toBe(true);
  });
});

function exported(): { genesis: GenesisState; owed: bigint } {
  const chain = livedIn();
  return {
    genesis: exportGenesis(chain.ctx, chain.keeper),
    owed: chain.moduleBalance("reward"),
  };
}

test("delegations that the genesis says nothing of earn from the first block on", () => {
  const chain = freshChain(0n);
  initGenesis(chain.ctx, chain.keeper, defaultGenesis());
  expect(exportGenesis(chain.ctx, chain.keeper).delegators.map((one) => one.perShare)).toEqual([
    "0",
    "0",
    "0",
  ]);
  chain.beginBlock(1_000n);
  expect(chain.brokenInvariants()).toEqual([]);
});
