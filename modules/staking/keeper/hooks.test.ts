import { expect, test } from "vitest";
import {
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { InvariantError } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import {
  createMsg,
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import { formatAddress } from "#core/crypto/address.js";

const OPERATOR = testOperator(1);
const DELEGATOR = testAccount("delegator");

/** Notes each call with the shares that the delegation has at that moment. */
function listen(chain: StakingChain, name: string, calls: string[]): void {
  const sharesOf = (
    ctx: Parameters<typeof chain.keeper.findDelegation>[0],
    who: typeof DELEGATOR,
  ) => (chain.keeper.findDelegation(ctx, who, OPERATOR.address)?.shares ?? 0n) / 10n ** 18n;
  chain.hooks.add({
    afterValidatorCreated: () => calls.push(`${name} created`),
    afterValidatorRemoved: () => calls.push(`${name} removed`),
    beforeDelegationSharesModified: (ctx, who) =>
      calls.push(`${name} before ${sharesOf(ctx, who)}`),
    afterDelegationModified: (ctx, who) => calls.push(`${name} after ${sharesOf(ctx, who)}`),
  });
}

test("modules are told in the order they were added, around every change of shares", () => {
  const chain = new StakingChain();
  const calls: string[] = [];
  listen(chain, "one", calls);
  listen(chain, "two", calls);
  chain.start([10n]);
  calls.length = 0;
  chain.fund(OPERATOR.address, 7n);
  chain.fund(DELEGATOR, 5n);
  const msg = (amount: bigint) => ({
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: OPERATOR.operator,
    amount: coin(DENOM, amount),
  });
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgCreateValidator, createMsg(OPERATOR, 7n));
      chain.deliver(ctx, MsgDelegate, msg(5n));
      chain.deliver(ctx, MsgUndelegate, msg(2n));
      chain.deliver(ctx, MsgUndelegate, msg(3n));
      const own = { ...msg(7n), delegatorAddress: OPERATOR.account };
      chain.deliver(ctx, MsgUndelegate, own);
    },
  });
  const expected = [
    "created",
    "after 7",
    "after 5",
    "before 5",
    "after 3",
    "before 3",
    "after 0",
    "before 7",
    "after 0",
    "removed",
  ];
  expect(calls).toEqual(expected.flatMap((call) => [`one ${call}`, `two ${call}`]));
});

test("slashing tells nobody: shares stay", () => {
  const chain = new StakingChain();
  const calls: string[] = [];
  listen(chain, "one", calls);
  chain.start([10n, 5n]);
  calls.length = 0;
  const { consensusAddress } = OPERATOR;
  chain.block({ run: (ctx) => void chain.keeper.slash(ctx, { consensusAddress, bps: 100n }) });
  expect(calls).toEqual([]);
  expect(chain.keeper.bondedPower(chain.context())).toBe((15n * POWER - POWER / 20n) / POWER);
});

test("nobody can be added once the hooks are in use", () => {
  const chain = new StakingChain();
  chain.start([10n]);
  expect(() => {
    listen(chain, "late", []);
  }).toThrow(InvariantError);
});
