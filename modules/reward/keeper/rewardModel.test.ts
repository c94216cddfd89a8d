import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { addressOf, DENOM, RewardFixture } from "#test/harness/rewardFixture.js";
import { OWED_SCALE } from "../types/accrual.js";
import { owedTo } from "./delegationRewards.js";
import { withdrawDelegatorReward } from "./withdrawDelegatorReward.js";

/*
 * Random delegations, undelegations, slashes, fees and withdrawals, beside a model that knows no
 * accumulator: it gives every delegation its exact fraction of each reward when the reward is
 * handed out. Goal: nothing is created or lost, and nobody gets more than the model says or misses
 * more than the stated precision.
 */

const OPERATORS = ["val1", "val2", "val3"].map(addressOf);
const DELEGATORS = ["anna", "bela", "cleo", "dora"].map(addressOf);

type Op =
  | { kind: "delegate"; delegator: number; operator: number; tokens: bigint }
  | { kind: "undelegate"; delegator: number; operator: number; partBps: bigint }
  | { kind: "slash"; operator: number; bps: bigint }
  | { kind: "fees"; amount: bigint }
  | { kind: "withdraw"; delegator: number; operator: number };

const delegator = fc.nat(DELEGATORS.length - 1);
const operator = fc.nat(OPERATORS.length - 1);
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    kind: fc.constant("delegate" as const),
    delegator,
    operator,
    tokens: fc.bigInt(1n, 10n ** 15n),
  }),
  fc.record({
    kind: fc.constant("undelegate" as const),
    delegator,
    operator,
    partBps: fc.oneof(fc.constant(10_000n), fc.bigInt(1n, 9_999n)),
  }),
  fc.record({ kind: fc.constant("slash" as const), operator, bps: fc.bigInt(1n, 9_000n) }),
  fc.record({
    kind: fc.constant("fees" as const),
    amount: fc.oneof(fc.bigInt(1n, 100n), fc.bigInt(1n, 10n ** 12n)),
  }),
  fc.record({ kind: fc.constant("withdraw" as const), delegator, operator }),
);

/** What the model says of one delegator. */
interface Expected {
  /** Exact rewards in unes, as a fraction. */
  numerator: bigint;
  denominator: bigint;
  /** Most that may be missing, in unes times OWED_SCALE. */
  tolerance: bigint;
}

class Model {
  readonly chain = new RewardFixture();
  readonly expected = DELEGATORS.map((): Expected => ({
    numerator: 0n,
    denominator: 1n,
    tolerance: 0n,
  }));
  communityPool = 0n;
  minted = 0n;

  constructor() {
    const { chain } = this;
    for (const [index, validator] of OPERATORS.entries()) {
      chain.staking.create(chain.ctx, validator, addressOf(`consensus ${index}`));
      chain.staking.delegate(chain.ctx, DELEGATORS[index]!, validator, 10n ** 6n);
    }
  }

  apply(one: Op): void {
    switch (one.kind) {
      case "delegate":
        this.#delegate(DELEGATORS[one.delegator]!, OPERATORS[one.operator]!, one.tokens);
        return;
      case "undelegate":
        this.#undelegate(DELEGATORS[one.delegator]!, OPERATORS[one.operator]!, one.partBps);
        return;
      case "slash":
        this.chain.staking.slash(OPERATORS[one.operator]!, one.bps);
        return;
      case "fees":
        this.#handOut(one.amount);
        return;
      case "withdraw":
        this.#withdraw(DELEGATORS[one.delegator]!, OPERATORS[one.operator]!);
    }
  }

  #delegate(who: Address, where: Address, tokens: bigint): void {
    this.#expectPayment(who, where);
    this.chain.staking.delegate(this.chain.ctx, who, where, tokens);
  }

  #undelegate(who: Address, where: Address, partBps: bigint): void {
    const { chain } = this;
    const shares = chain.staking.findDelegation(chain.ctx, who, where)?.shares ?? 0n;
    const part = (shares * partBps) / 10_000n;
    if (part === 0n) return;
    this.#expectPayment(who, where);
    chain.staking.undelegate(chain.ctx, who, where, part);
  }

  #withdraw(who: Address, where: Address): void {
    const { chain } = this;
    if (chain.staking.findDelegation(chain.ctx, who, where) === undefined) return;
    this.#expectPayment(who, where);
    withdrawDelegatorReward(chain.ctx, chain.keeper, {
      delegatorAddress: formatAddress("account", who),
      validatorAddress: formatAddress("operator", where),
    });
  }

  /** A payment drops a fraction of a coin. */
  #expectPayment(who: Address, where: Address): void {
    if (this.chain.staking.findDelegation(this.chain.ctx, who, where) === undefined) return;
    this.#expectedOf(who).tolerance += OWED_SCALE;
  }

  #handOut(fees: bigint): void {
    const { chain } = this;
    const powers = OPERATORS.map((validator) => chain.staking.tokensOf(validator));
    const total = powers.reduce((sum, power) => sum + power, 0n);
    this.minted += fees;
    if (total === 0n) {
      chain.fund("fee_collector", fees);
      return;
    }
    const collected = chain.moduleBalance("fee_collector") + fees;
    const shared = collected - (collected * 200n) / 10_000n;
    this.communityPool += collected;
    for (const [index, validator] of OPERATORS.entries()) {
      const reward = (shared * powers[index]!) / total;
      this.communityPool -= reward;
      this.#share(validator, reward);
    }
    chain.beginBlock(fees);
  }

  #share(validator: Address, reward: bigint): void {
    const { staking, ctx } = this.chain;
    const all = staking.findValidator(ctx, validator)?.shares ?? 0n;
    for (const { operator: where, delegator: who, shares } of staking.delegations()) {
      if (where !== validator || reward === 0n) continue;
      const expected = this.#expectedOf(who);
      expected.numerator = expected.numerator * all + reward * shares * expected.denominator;
      expected.denominator *= all;
      expected.tolerance += shares;
    }
  }

  #expectedOf(who: Address): Expected {
    return this.expected[DELEGATORS.indexOf(who)]!;
  }

  /** What a delegator has got and is owed, in unes times OWED_SCALE. */
  received(who: Address): bigint {
    const { chain } = this;
    return chain.staking
      .delegationsOf(chain.ctx, who)
      .reduce(
        (sum, delegation) => sum + owedTo(chain.ctx, chain.keeper, delegation),
        chain.balance(who) * OWED_SCALE,
      );
  }
}

function checkModel(model: Model): void {
  const { chain } = model;
  expect(chain.brokenInvariants()).toEqual([]);
  expect(chain.keeper.communityPool(chain.ctx)).toBe(model.communityPool);
  const paid = DELEGATORS.reduce((sum, who) => sum + chain.balance(who), 0n);
  const held = chain.moduleBalance("reward") + chain.moduleBalance("fee_collector");
  expect(paid + held).toBe(model.minted);
  expect(chain.bankKeeper.supply(chain.ctx, DENOM)).toBe(model.minted);
  for (const [index, who] of DELEGATORS.entries()) {
    const { numerator, denominator, tolerance } = model.expected[index]!;
    const missing = numerator * OWED_SCALE - model.received(who) * denominator;
    expect(missing >= 0n, "nobody gets more than its fraction").toBe(true);
    expect(missing <= tolerance * denominator, "nobody misses more than stated").toBe(true);
  }
}

test("rewards follow an exact model within the stated precision, and no coin is made or lost", () => {
  fc.assert(
    fc.property(fc.array(op, { minLength: 20, maxLength: 120 }), (ops) => {
      const model = new Model();
      for (const one of ops) model.apply(one);
      checkModel(model);
    }),
    { numRuns: 60 },
  );
});
