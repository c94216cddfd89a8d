import { expect, test } from "vitest";
import { PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { accountText, addressOf, RewardFixture } from "#test/harness/rewardFixture.js";

function earned98(): RewardFixture {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.delegate("anna", "val", 100n);
  chain.beginBlock(100n);
  return chain;
}

const [anna, operator] = [addressOf("anna"), addressOf("val")];

test("all hold on a chain in order", () => {
  expect(earned98().brokenInvariants()).toEqual([]);
});

test.each<[string, string, (chain: RewardFixture) => void]>([
  [
    "a pool that the account does not hold",
    "module-account",
    (chain) => {
      chain.keeper.addToCommunityPool(chain.ctx, 1n);
    },
  ],
  [
    "coins that nobody owns",
    "module-account",
    (chain) => {
      chain.fund("reward", 1n);
    },
  ],
  [
    "delegations that are owed more than is outstanding",
    "owed-is-covered",
    (chain) => {
      const { perShare, outstanding } = chain.keeper.accrual(chain.ctx, operator);
      chain.keeper.setAccrual(chain.ctx, operator, { perShare: perShare + 1n, outstanding });
    },
  ],
  [
    "a delegation without a start",
    "owed-is-covered",
    (chain) => {
      chain.keeper.deleteStart(chain.ctx, anna, operator);
    },
  ],
  [
    "a start without a delegation",
    "owed-is-covered",
    (chain) => {
      chain.keeper.setStart(chain.ctx, addressOf("bela"), { operator, perShare: 0n });
    },
  ],
  [
    "a start after the rewards",
    "owed-is-covered",
    (chain) => {
      const { perShare } = chain.keeper.accrual(chain.ctx, operator);
      chain.keeper.setStart(chain.ctx, anna, { operator, perShare: perShare + 1n });
    },
  ],
  [
    "a breakdown that does not add up",
    "breakdowns",
    (chain) => {
      const payouts = [{ role: PayoutRole.OWNER, address: accountText("anna"), amount: "4" }];
      chain.keeper.setBreakdown(chain.ctx, { requestId: 1n, height: 1n, escrowed: "5", payouts });
    },
  ],
])("%s is found", (_name, invariant, corrupt) => {
  const chain = earned98();
  corrupt(chain);
  const broken = chain.brokenInvariants();
  expect(broken.length).toBe(1);
  expect(broken[0]).toMatch(new RegExp(`^${invariant}: `));
});
