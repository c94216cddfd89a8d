import type { StakingHooks } from "#modules/staking/types/hooks.js";
import type {
  DelegatedShares,
  ExpectedStakingKeeper,
  ValidatorShares,
} from "#modules/reward/types/expectedKeepers.js";
import type { CommitVote, Context } from "#core/baseapp/context.js";
import { type Address, formatAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { compareBytes, toHex } from "#core/primitives/bytes.js";
import { DEC_ONE } from "#core/primitives/dec.js";

interface LedgerValidator {
  readonly operator: Address;
  readonly consensusAddress: Address;
  tokens: bigint;
  readonly delegations: Map<string, { readonly delegator: Address; shares: bigint }>;
}

/**
 * Validators, tokens and shares in memory, without bonding or powers: what rewards are computed
 * from. Shares are issued and taken back at the price that tokens and shares give.
 */
export class ShareLedger implements ExpectedStakingKeeper<Context> {
  hooks: StakingHooks<Context> | undefined;
  readonly #validators = new Map<string, LedgerValidator>();
  readonly #denom: string;

  constructor(denom: string) {
    this.#denom = denom;
  }

  bondDenom(): string {
    return this.#denom;
  }

  create(ctx: Context, operator: Address, consensusAddress: Address): void {
    const validator = { operator, consensusAddress, tokens: 0n, delegations: new Map() };
    this.#validators.set(toHex(operator), validator);
    this.hooks?.afterValidatorCreated(ctx, formatAddress("operator", operator));
  }

  remove(ctx: Context, operator: Address): void {
    this.#validators.delete(toHex(operator));
    this.hooks?.afterValidatorRemoved(ctx, formatAddress("operator", operator));
  }

  delegate(ctx: Context, delegator: Address, operator: Address, tokens: bigint): void {
    const validator = this.#get(operator);
    const shares = sharesOf(validator);
    const issued = shares === 0n ? tokens * DEC_ONE : (shares * tokens) / validator.tokens;
    this.#change(ctx, delegator, validator, issued);
    validator.tokens += tokens;
  }

  undelegate(ctx: Context, delegator: Address, operator: Address, shares: bigint): void {
    const validator = this.#get(operator);
    const tokens = (validator.tokens * shares) / sharesOf(validator);
    this.#change(ctx, delegator, validator, -shares);
    validator.tokens -= tokens;
  }

  slash(operator: Address, bps: bigint): void {
    const validator = this.#get(operator);
    validator.tokens -= (validator.tokens * bps) / 10_000n;
  }

  tokensOf(operator: Address): bigint {
    return this.#get(operator).tokens;
  }

  /** The last commit: every validator with tokens, which are its power, all but the first absent. */
  lastCommit(): CommitVote[] {
    return [...this.#validators.values()]
      .filter(({ tokens }) => tokens > 0n)
      .map(({ consensusAddress, tokens }, index) => ({
        consensusAddress,
        power: tokens,
        flag: index === 0 ? "commit" : "absent",
      }));
  }

  findValidator(_ctx: Context, operator: Address): ValidatorShares | undefined {
    const validator = this.#validators.get(toHex(operator));
    return validator && { operator, shares: sharesOf(validator) };
  }

  findValidatorByConsensusAddress(_ctx: Context, address: Uint8Array): ValidatorShares | undefined {
    const found = [...this.#validators.values()].find(
      ({ consensusAddress }) => compareBytes(consensusAddress, address) === 0,
    );
    return found && { operator: found.operator, shares: sharesOf(found) };
  }

  findDelegation(_ctx: Context, delegator: Address, operator: Address) {
    const validator = this.#validators.get(toHex(operator));
    const found = validator?.delegations.get(toHex(delegator));
    return found && { delegator, operator, shares: found.shares };
  }

  delegationsOf(_ctx: Context, delegator: Address): DelegatedShares[] {
    return this.delegations().filter((one) => compareBytes(one.delegator, delegator) === 0);
  }

  delegations(): DelegatedShares[] {
    return [...this.#validators.values()]
      .flatMap(({ operator, delegations }) =>
        [...delegations.values()].map(({ delegator, shares }) => ({ delegator, operator, shares })),
      )
      .sort(
        (a, b) => compareBytes(a.operator, b.operator) || compareBytes(a.delegator, b.delegator),
      );
  }

  #change(ctx: Context, delegator: Address, validator: LedgerValidator, change: bigint): void {
    const operator = formatAddress("operator", validator.operator);
    const key = toHex(delegator);
    const before = validator.delegations.get(key);
    if (before !== undefined) this.hooks?.beforeDelegationSharesModified(ctx, delegator, operator);
    const shares = (before?.shares ?? 0n) + change;
    if (shares === 0n) validator.delegations.delete(key);
    else validator.delegations.set(key, { delegator, shares });
    this.hooks?.afterDelegationModified(ctx, delegator, operator);
  }

  #get(operator: Address): LedgerValidator {
    return assertDefined(this.#validators.get(toHex(operator)), "the test made the validator");
  }
}

function sharesOf({ delegations }: LedgerValidator): bigint {
  return [...delegations.values()].reduce((sum, { shares }) => sum + shares, 0n);
}
