import fc from "fast-check";
import { expect, test } from "vitest";
import type { Context } from "#core/baseapp/context.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  BondStatus,
  MsgCancelUnbondingDelegation,
  MsgDelegate,
  MsgUndelegate,
  type MsgUndelegateResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { minBig, shareOf } from "#core/primitives/intMath.js";
import { computeTokens } from "../types/shares.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";

/**
 * Random delegations, withdrawals and slashes beside a model that knows no shares: it scales every
 * delegator's stake when the validator is slashed, in decimals of 40 digits, and keeps balances,
 * entries and burnt tokens exactly.
 */
const SEED = { seed: 20261121, numRuns: 8, endOnFailure: true };
const OPERATIONS = 150;
const SCALE = 10n ** 40n;
const UNBONDING_SECONDS = 60n;
const FUNDS = 1_000n * POWER;

const VALIDATORS = [0, 1, 2].map(testOperator);
const DELEGATORS = ["anna", "bert", "cora"].map(testAccount);

interface Operation {
  readonly kind: "delegate" | "undelegate" | "cancel" | "slash" | "jail" | "unjail" | "wait";
  readonly who: number;
  readonly of: number;
  /** Size of the operation, in basis points. */
  readonly bps: number;
}

interface Entry {
  readonly who: number;
  readonly of: number;
  readonly height: bigint;
  readonly dueNs: bigint;
  initial: bigint;
  balance: bigint;
}

interface Slash {
  readonly of: number;
  readonly share: (amount: bigint) => bigint;
  readonly sinceHeight: bigint;
}

/** What there should be. */
class Model {
  readonly balances = DELEGATORS.map(() => FUNDS);
  /** Stake of each delegator with each validator, times SCALE. */
  readonly stakes = DELEGATORS.map(() => VALIDATORS.map(() => 0n));
  readonly tokens = [30n * POWER, 20n * POWER, 10n * POWER];
  readonly changes = [0, 0, 0];
  entries: Entry[] = [];
  burnt = 0n;

  add(who: number, of: number, amount: bigint): void {
    this.stakes[who]![of]! += amount * SCALE;
    this.tokens[of]! += amount;
    this.changes[of]!++;
  }

  slash({ of, share, sinceHeight }: Slash, nowNs: bigint): bigint {
    const before = this.tokens[of]!;
    const lost = share(before);
    this.tokens[of] = before - lost;
    for (const stakes of this.stakes) {
      stakes[of] = before === 0n ? 0n : (stakes[of]! * (before - lost)) / before;
    }
    let taken = lost;
    for (const entry of this.entries) {
      if (entry.of !== of || entry.height < sinceHeight || entry.dueNs <= nowNs) continue;
      const loss = minBig(share(entry.initial), entry.balance);
      entry.balance -= loss;
      taken += loss;
    }
    this.burnt += taken;
    return taken;
  }

  /** Pays out what is due at the end of a block. */
  mature(nowNs: bigint): void {
    for (const { who, balance } of this.entries.filter(({ dueNs }) => dueNs <= nowNs)) {
      this.balances[who]! += balance;
    }
    this.entries = this.entries.filter(({ dueNs }) => dueNs > nowNs);
  }
}

/** A chain and the model of it. */
class Run {
  readonly chain = new StakingChain();
  readonly model = new Model();
  readonly supply: bigint;
  refusals = 0;

  constructor() {
    this.chain.start([30n, 20n, 10n], (sections) => {
      const params = sections["staking"]!["params"] as Record<string, unknown>;
      params["unbonding_time"] = `${UNBONDING_SECONDS}s`;
      params["max_validators"] = 2;
    });
    for (const delegator of DELEGATORS) this.chain.fund(delegator, FUNDS);
    this.supply = this.chain.bank.supply(this.chain.context(), DENOM);
  }

  step(operation: Operation): void {
    this.chain.block({
      seconds: operation.kind === "wait" ? 20n : 1n,
      run: (ctx) => {
        try {
          ctx.atomically((inner) => {
            this.#apply(inner, operation);
          });
        } catch (error) {
          if (!(error instanceof ChainError)) throw error;
          this.refusals++;
        }
      },
    });
    this.model.mature(this.chain.timeNs);
    this.#compare();
  }

  #apply(ctx: Context, operation: Operation): void {
    const { who, of } = operation;
    const validator = VALIDATORS[of]!;
    switch (operation.kind) {
      case "delegate":
        this.#delegate(ctx, operation);
        return;
      case "undelegate":
        this.#undelegate(ctx, operation);
        return;
      case "cancel":
        this.#cancel(ctx, who, of, operation.bps);
        return;
      case "slash":
        this.#slash(ctx, operation);
        return;
      case "jail":
        this.chain.keeper.jail(ctx, validator.consensusAddress);
        return;
      case "unjail":
        this.chain.deliver(ctx, MsgUnjail, { validatorAddr: validator.operator });
        return;
      case "wait":
    }
  }

  #delegate(ctx: Context, { who, of, bps }: Operation): void {
    const amount = shareOf(this.model.balances[who]!, BigInt(bps));
    this.chain.deliver(ctx, MsgDelegate, messageOf(who, of, amount));
    this.model.balances[who]! -= amount;
    this.model.add(who, of, amount);
  }

  #undelegate(ctx: Context, { who, of, bps }: Operation): void {
    const amount = shareOf(this.#worth(ctx, who, of), BigInt(bps));
    const response = this.chain.deliver(ctx, MsgUndelegate, messageOf(who, of, amount));
    const paid = BigInt((response as MsgUndelegateResponse).amount.amount);
    expect(amount - paid === 0n || amount - paid === 1n).toBe(true);
    this.model.add(who, of, -paid);
    const dueNs = ctx.header.timeNs + UNBONDING_SECONDS * 10n ** 9n;
    this.model.entries.push({ who, of, height: ctx.height, dueNs, initial: paid, balance: paid });
  }

  #cancel(ctx: Context, who: number, of: number, bps: number): void {
    const entry = this.model.entries.find((one) => one.who === who && one.of === of);
    if (entry === undefined) return;
    const amount = shareOf(entry.balance, BigInt(bps));
    const msg = { ...messageOf(who, of, amount), creationHeight: entry.height };
    this.chain.deliver(ctx, MsgCancelUnbondingDelegation, msg);
    this.model.add(who, of, amount);
    entry.balance -= amount;
    entry.initial -= amount;
    if (entry.balance === 0n) {
      this.model.entries = this.model.entries.filter((one) => one !== entry);
    }
  }

  #slash(ctx: Context, { of, bps: size }: Operation): void {
    const bps = BigInt(size) / 10n;
    const { consensusAddress } = VALIDATORS[of]!;
    const sinceHeight = ctx.height - 3n;
    const { status } = this.chain.keeper.findValidatorByConsensusAddress(ctx, consensusAddress)!;
    const taken = this.chain.keeper.slash(ctx, { consensusAddress, bps, sinceHeight });
    const share = (amount: bigint): bigint => shareOf(amount, bps);
    const isPast = status === BondStatus.UNBONDED;
    const due = isPast ? 0n : this.model.slash({ of, share, sinceHeight }, ctx.header.timeNs);
    expect(taken).toBe(due);
  }

  /** Worth of a delegation in whole tokens. */
  #worth(ctx: Context, who: number, of: number): bigint {
    const { address } = VALIDATORS[of]!;
    const shares = this.chain.keeper.findDelegation(ctx, DELEGATORS[who]!, address)?.shares;
    if (shares === undefined) return 0n;
    const validator = this.chain.keeper.findValidator(ctx, address)!;
    return computeTokens(validator, shares) / 10n ** 18n;
  }

  #compare(): void {
    const ctx = this.chain.context();
    const { model, chain } = this;
    expect(chain.bank.supply(ctx, DENOM)).toBe(this.supply - model.burnt);
    for (const [who, delegator] of DELEGATORS.entries()) {
      expect(chain.balance(delegator)).toBe(model.balances[who]);
      for (const of of VALIDATORS.keys()) {
        const error = model.stakes[who]![of]! / SCALE - this.#worth(ctx, who, of);
        // Each change of shares may round by a token.
        expect(error < 0n ? -error : error).toBeLessThanOrEqual(BigInt(model.changes[of]! + 1));
      }
    }
    for (const [of, { address }] of VALIDATORS.entries()) {
      expect(chain.keeper.findValidator(ctx, address)?.tokens).toBe(model.tokens[of]);
    }
  }
}

function messageOf(who: number, of: number, amount: bigint): MsgDelegate {
  return {
    delegatorAddress: formatAddress("account", DELEGATORS[who]!),
    validatorAddress: VALIDATORS[of]!.operator,
    amount: coin(DENOM, amount),
  };
}

const weighted = (weight: number, ...kinds: ReadonlyArray<Operation["kind"]>) => ({
  weight,
  arbitrary: fc.constantFrom(...kinds),
});

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.oneof(
    weighted(8, "delegate", "undelegate"),
    weighted(5, "cancel", "slash", "wait"),
    weighted(1, "jail", "unjail"),
  ),
  who: fc.nat({ max: DELEGATORS.length - 1 }),
  of: fc.nat({ max: VALIDATORS.length - 1 }),
  bps: fc.integer({ min: 1, max: 10_000 }),
});

test("hundreds of random operations keep every invariant and agree with the model", () => {
  fc.assert(
    fc.property(
      fc.array(operation, { minLength: OPERATIONS, maxLength: OPERATIONS }),
      (operations) => {
        const run = new Run();
        for (const one of operations) run.step(one);
        expect(run.refusals).toBeLessThan(OPERATIONS / 2);
      },
    ),
    SEED,
  );
});
