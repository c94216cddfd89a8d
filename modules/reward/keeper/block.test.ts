import { expect, test } from "vitest";
import { addressOf, operatorText, RewardFixture } from "#test/harness/rewardFixture.js";

/** Two validators with powers 3 to 1; anna and bela share the first one equally. */
function twoValidators(): RewardFixture {
  const chain = new RewardFixture();
  chain.createValidator("big");
  chain.createValidator("small");
  chain.delegate("anna", "big", 150n);
  chain.delegate("bela", "big", 150n);
  chain.delegate("anna", "small", 100n);
  return chain;
}

const outstanding = (chain: RewardFixture, operator: string): bigint =>
  chain.keeper.accrual(chain.ctx, addressOf(operator)).outstanding;

test("fees go to the community pool and, by power, to all validators of the last commit", () => {
  const chain = twoValidators();
  chain.beginBlock(1_000n);
  // 2 % of 1,000 is 20; of 980 the powers give 735 and 245. The second validator was absent.
  expect(chain.keeper.communityPool(chain.ctx)).toBe(20n);
  expect(outstanding(chain, "big")).toBe(735n);
  expect(outstanding(chain, "small")).toBe(245n);
  expect(chain.moduleBalance("fee_collector")).toBe(0n);
  expect(chain.moduleBalance("reward")).toBe(1_000n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("every validator's rewards are an event with a decimal amount, as in x/distribution", () => {
  const chain = twoValidators();
  chain.beginBlock(1_000n);
  expect(chain.ctx.events.filter(({ type }) => type === "rewards")[0]).toEqual({
    type: "rewards",
    attributes: [
      { key: "amount", value: "735.000000000000000000unes" },
      { key: "validator", value: operatorText("big") },
    ],
  });
});

test("what the division by power leaves goes to the community pool", () => {
  const chain = twoValidators();
  chain.beginBlock(3n);
  // No pool share of 3; 2.25 and 0.75 round down to 2 and nothing.
  expect(outstanding(chain, "big")).toBe(2n);
  expect(outstanding(chain, "small")).toBe(0n);
  expect(chain.keeper.communityPool(chain.ctx)).toBe(1n);
});

test("the part of a validator that nobody delegates to goes to the community pool", () => {
  const chain = twoValidators();
  const lastCommit = chain.staking.lastCommit();
  chain.staking.undelegate(chain.ctx, addressOf("anna"), addressOf("small"), 100n * 10n ** 18n);
  chain.beginBlock(1_000n, lastCommit);
  expect(chain.keeper.communityPool(chain.ctx)).toBe(265n);
  chain.staking.remove(chain.ctx, addressOf("small"));
  chain.beginBlock(1_000n, lastCommit);
  expect(chain.keeper.communityPool(chain.ctx)).toBe(530n);
  expect(chain.brokenInvariants()).toEqual([]);
});

test("without a last commit the fees wait for the next block", () => {
  const chain = twoValidators();
  chain.beginBlock(600n, []);
  expect(chain.moduleBalance("fee_collector")).toBe(600n);
  chain.beginBlock(400n);
  expect(chain.moduleBalance("fee_collector")).toBe(0n);
  expect(outstanding(chain, "big")).toBe(735n);
});

test("a block without fees changes nothing", () => {
  const chain = twoValidators();
  const before = chain.snapshot();
  chain.beginBlock(0n);
  expect(chain.snapshot()).toEqual(before);
  expect(chain.ctx.events).toEqual([]);
});
