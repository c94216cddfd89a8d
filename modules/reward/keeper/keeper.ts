import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import type {
  ExpectedRewardKeeper,
  RequestSettlement,
} from "#modules/inference/types/expectedKeepers.js";
import type { Context } from "#core/baseapp/context.js";
import {
  Breakdown,
  type DelegatorStart,
  Params,
  PayoutRole,
  ValidatorRewards,
} from "#core/codec/generated/aivm/reward/v1.js";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";
import { Item } from "#core/store/collections/item.js";
import { addressKey, uint64Key } from "#core/store/collections/keyCodecs.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { tupleKey } from "#core/store/collections/tupleKey.js";
import { messageValue, textValue, type ValueCodec } from "#core/store/collections/valueCodecs.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { type Accrual, NOTHING_ACCRUED } from "../types/accrual.js";
import { recordPayout } from "../types/breakdown.js";
import { communityPoolFunded, requestSettled } from "../types/events.js";
import type { ExpectedBankKeeper, ExpectedStakingKeeper } from "../types/expectedKeepers.js";
import { PREFIX, REWARD_MODULE } from "../types/keys.js";
import { computeEscrowed, computePayouts, type PlannedPayout } from "../types/settlement.js";

/** The keepers that reward is bound to in `app`. */
export interface RewardDependencies {
  readonly bank: ExpectedBankKeeper<Context>;
  readonly staking: ExpectedStakingKeeper<Context>;
}

const digitsValue: ValueCodec<bigint> = {
  encode: (amount) => textValue.encode(amount.toString()),
  decode: (bytes) => parseStored(textValue.decode(bytes)),
};

/** Operator and delegator. */
const startKey = tupleKey(addressKey, addressKey);

/** What is owed to whom, and the payments that other modules ask for. */
export class RewardKeeper implements ExpectedRewardKeeper<Context> {
  readonly storeKey: StoreKey;
  readonly needs: RewardDependencies;
  readonly #params = new Item(PREFIX.params, messageValue(Params));
  readonly #communityPool = new Item(PREFIX.communityPool, digitsValue);
  readonly #validators = new KvMap(PREFIX.validator, addressKey, messageValue(ValidatorRewards));
  readonly #starts = new KvMap(PREFIX.start, startKey, digitsValue);
  readonly #breakdowns = new KvMap(PREFIX.breakdown, uint64Key, messageValue(Breakdown));

  constructor(storeKey: StoreKey, needs: RewardDependencies) {
    this.storeKey = storeKey;
    this.needs = needs;
  }

  params(ctx: Context): Params {
    return this.#params.get(ctx.kv(this.storeKey));
  }

  setParams(ctx: Context, params: Params): void {
    this.#params.set(ctx.kv(this.storeKey), params);
  }

  /** What the community pool owns, in unes. */
  communityPool(ctx: Context): bigint {
    return this.#communityPool.get(ctx.kv(this.storeKey));
  }

  setCommunityPool(ctx: Context, amount: bigint): void {
    this.#communityPool.set(ctx.kv(this.storeKey), amount);
  }

  /** Books an amount that the module account holds already. */
  addToCommunityPool(ctx: Context, amount: bigint): void {
    this.setCommunityPool(ctx, this.communityPool(ctx) + amount);
  }

  /** What a validator's delegators have earned; nothing for one that never got a reward. */
  accrual(ctx: Context, operator: Address): Accrual {
    const stored = this.#validators.find(ctx.kv(this.storeKey), operator);
    if (stored === undefined) return NOTHING_ACCRUED;
    return {
      perShare: parseStored(stored.perShare),
      outstanding: parseStored(stored.outstanding),
    };
  }

  setAccrual(ctx: Context, operator: Address, { perShare, outstanding }: Accrual): void {
    assert(outstanding >= 0n, "no validator's delegators are paid more than they earned");
    this.#validators.set(ctx.kv(this.storeKey), operator, {
      operatorAddress: formatAddress("operator", operator),
      perShare: perShare.toString(),
      outstanding: outstanding.toString(),
    });
  }

  deleteAccrual(ctx: Context, operator: Address): void {
    this.#validators.delete(ctx.kv(this.storeKey), operator);
  }

  /** Validators that got a reward, in byte order of the operators' addresses. */
  *validators(ctx: Context): IterableIterator<ValidatorRewards> {
    for (const [, rewards] of this.#validators.iterate(ctx.kv(this.storeKey))) yield rewards;
  }

  /** `per_share` at which a delegation's unpaid rewards begin; undefined without a delegation. */
  findStart(ctx: Context, delegator: Address, operator: Address): bigint | undefined {
    return this.#starts.find(ctx.kv(this.storeKey), [operator, delegator]);
  }

  setStart(ctx: Context, delegator: Address, start: { operator: Address; perShare: bigint }): void {
    this.#starts.set(ctx.kv(this.storeKey), [start.operator, delegator], start.perShare);
  }

  deleteStart(ctx: Context, delegator: Address, operator: Address): void {
    this.#starts.delete(ctx.kv(this.storeKey), [operator, delegator]);
  }

  /** All starts, in byte order of the operators' and then the delegators' addresses. */
  *starts(ctx: Context): IterableIterator<DelegatorStart> {
    for (const [[operator, delegator], start] of this.#starts.iterate(ctx.kv(this.storeKey))) {
      yield {
        operatorAddress: formatAddress("operator", operator),
        delegatorAddress: formatAddress("account", delegator),
        perShare: start.toString(),
      };
    }
  }

  /** Who got what for a request; undefined before it was paid out. */
  findBreakdown(ctx: Context, requestId: bigint): Breakdown | undefined {
    return this.#breakdowns.find(ctx.kv(this.storeKey), requestId);
  }

  setBreakdown(ctx: Context, breakdown: Breakdown): void {
    this.#breakdowns.set(ctx.kv(this.storeKey), breakdown.requestId, breakdown);
  }

  /** All breakdowns, by request id. */
  *breakdowns(ctx: Context): IterableIterator<Breakdown> {
    for (const [, breakdown] of this.#breakdowns.iterate(ctx.kv(this.storeKey))) yield breakdown;
  }

  /**
   * Pays out the whole escrow of a request and records who got what (protocol.md section 16). A
   * request is settled once, in the bond denomination, and its module account holds the escrow;
   * anything else is a broken invariant of the caller.
   */
  settleRequest(ctx: Context, settlement: RequestSettlement): void {
    const { bank } = this.needs;
    const { requestId, denom, escrowModule } = settlement;
    const escrowed = computeEscrowed(settlement);
    this.#requireBondDenom(ctx, denom);
    assert(this.findBreakdown(ctx, requestId) === undefined, "a request is settled once");
    assert(
      bank.moduleBalance(ctx, escrowModule, denom) >= escrowed,
      "a module account holds the escrow of its requests",
    );
    const payouts = computePayouts(this.params(ctx), settlement);

    for (const payout of payouts) this.#pay(ctx, settlement, payout);
    this.setBreakdown(ctx, {
      requestId,
      height: ctx.height,
      escrowed: escrowed.toString(),
      payouts: payouts.map(recordPayout),
    });

    ctx.emit(requestSettled(requestId, settlement.outcome, coin(denom, escrowed)));
  }

  /** Moves bond denomination from a module account to the community pool. */
  fundCommunityPool(ctx: Context, module: string, amount: Coin): void {
    this.#requireBondDenom(ctx, amount.denom);
    this.#moveToCommunityPool(ctx, module, amount);
    ctx.emit(communityPoolFunded(module, amount));
  }

  #pay(ctx: Context, settlement: RequestSettlement, payout: PlannedPayout): void {
    const { bank } = this.needs;
    const { escrowModule, denom } = settlement;
    const amount = coin(denom, payout.amount);
    if (payout.account !== undefined) {
      bank.sendFromModule(ctx, escrowModule, payout.account, [amount]);
    } else if (payout.role === PayoutRole.COMMUNITY_POOL) {
      this.#moveToCommunityPool(ctx, escrowModule, amount);
    } else {
      bank.sendBetweenModules(ctx, escrowModule, FEE_COLLECTOR, [amount]);
    }
  }

  #moveToCommunityPool(ctx: Context, module: string, amount: Coin): void {
    this.needs.bank.sendBetweenModules(ctx, module, REWARD_MODULE, [amount]);
    this.addToCommunityPool(ctx, amountOf(amount));
  }

  #requireBondDenom(ctx: Context, denom: string): void {
    assert(denom === this.needs.staking.bondDenom(ctx), "rewards are in the bond denomination");
  }
}

function parseStored(digits: string): bigint {
  return assertDefined(parseUint(digits), "stored amounts are digits");
}
