import { expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { caught } from "#test/harness/caught.js";
import { addressOf, operatorText, RewardFixture } from "#test/harness/rewardFixture.js";
import { rewardHooks } from "./hooks.js";

/** anna alone delegates 100 to a validator that has earned 98. */
function earned98(): RewardFixture {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.delegate("anna", "val", 100n);
  chain.beginBlock(100n);
  return chain;
}

test("delegating more pays what was earned with the shares of before", () => {
  const chain = earned98();
  chain.delegate("anna", "val", 900n);
  expect(chain.balance(addressOf("anna"))).toBe(98n);
  chain.delegate("anna", "val", 900n);
  expect(chain.balance(addressOf("anna"))).toBe(98n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("a newcomer has no part in what was earned before", () => {
  const chain = earned98();
  chain.delegate("bela", "val", 300n);
  chain.delegate("bela", "val", 0n);
  expect(chain.balance(addressOf("bela"))).toBe(0n);
  chain.beginBlock(100n);
  chain.delegate("bela", "val", 0n);
  expect(chain.balance(addressOf("bela"))).toBe(73n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("leaving pays and forgets the delegation; coming back begins anew", () => {
  const chain = earned98();
  chain.delegate("bela", "val", 100n);
  const [anna, val] = [addressOf("anna"), addressOf("val")];
  chain.staking.undelegate(chain.ctx, anna, val, 100n * DEC_ONE);
  expect(chain.balance(anna)).toBe(98n);
  expect(chain.keeper.findStart(chain.ctx, anna, val)).toBeUndefined();
  chain.beginBlock(100n);
  chain.delegate("anna", "val", 100n);
  chain.delegate("anna", "val", 0n);
  expect(chain.balance(anna)).toBe(98n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("what roundings left of a removed validator goes to the community pool", () => {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.delegate("anna", "val", 100n);
  chain.delegate("bela", "val", 200n);
  chain.beginBlock(100n);
  const val = addressOf("val");
  chain.staking.undelegate(chain.ctx, addressOf("anna"), val, 100n * DEC_ONE);
  chain.staking.undelegate(chain.ctx, addressOf("bela"), val, 200n * DEC_ONE);
  chain.staking.remove(chain.ctx, val);
  expect(chain.keeper.communityPool(chain.ctx)).toBe(3n);
  expect([...chain.keeper.validators(chain.ctx)]).toEqual([]);
  expect(chain.moduleBalance("reward")).toBe(3n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("a slash of tokens leaves what was earned and who earns how much alone", () => {
  const chain = earned98();
  chain.delegate("bela", "val", 100n);
  chain.staking.slash(addressOf("val"), 5_000n);
  chain.beginBlock(100n);
  chain.delegate("anna", "val", 0n);
  chain.delegate("bela", "val", 0n);
  expect(chain.balance(addressOf("anna"))).toBe(98n + 49n);
  expect(chain.balance(addressOf("bela"))).toBe(49n);
});

test("an announced change of a delegation that does not exist stops", () => {
  const chain = earned98();
  const before = chain.snapshot();
  const error = caught(() => {
    rewardHooks(chain.keeper).beforeDelegationSharesModified(
      chain.ctx,
      addressOf("bela"),
      operatorText("val"),
    );
  });
  expect(error).toBeInstanceOf(InvariantError);
  expect(chain.snapshot()).toEqual(before);
});
