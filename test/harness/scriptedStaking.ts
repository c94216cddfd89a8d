import type { Context } from "#core/baseapp/context.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { shareOf } from "#core/primitives/intMath.js";
import type { ExpectedStakingKeeper, Slash } from "#modules/inference/types/expectedKeepers.js";
import type { TestValidator } from "./identities.js";

/** Unes of one unit of power. */
const TOKENS = 1_000_000n;

/** Validators whose sets, powers and fates a test decides; slashes and jailings are kept. */
export class ScriptedStaking implements ExpectedStakingKeeper<Context> {
  readonly members: ConsensusMember[];
  readonly slashes: Slash[] = [];
  readonly jailed: Uint8Array[] = [];
  /** Power of bonded validators, those included that no set has. */
  extraPower = 0n;
  readonly #validators: readonly TestValidator[];
  readonly #departures = new Map<number, bigint>();
  readonly #denom: string;

  constructor(denom: string, validators: readonly TestValidator[], powers: readonly bigint[]) {
    this.#denom = denom;
    this.#validators = validators;
    this.members = validators.map((validator, index) => ({
      consensusAddress: validator.address,
      publicKey: validator.consensusKey,
      power: powers[index] ?? 100n,
      operatorAddress: validator.account.operator,
    }));
  }

  /** Takes a validator out of the sets from a height on. */
  leave(number: number, height: bigint): void {
    this.#departures.set(number, height);
  }

  bondDenom(): string {
    return this.#denom;
  }

  consensusSet(_ctx: Context, height: bigint): readonly ConsensusMember[] {
    return this.members.filter((_, number) => {
      const departure = this.#departures.get(number);
      return departure === undefined || height < departure;
    });
  }

  vrfKey(_ctx: Context, operatorAddress: string): Uint8Array | undefined {
    return this.#validators.find(({ account }) => account.operator === operatorAddress)?.vrfKey;
  }

  bondedPower(): bigint {
    return this.members.reduce((sum, { power }) => sum + power, this.extraPower);
  }

  slash(_ctx: Context, slash: Slash): bigint {
    this.slashes.push(slash);
    const member = this.members.find(({ consensusAddress }) =>
      equalBytes(consensusAddress, slash.consensusAddress),
    );
    return member === undefined ? 0n : shareOf(member.power * TOKENS, slash.bps);
  }

  jail(_ctx: Context, consensusAddress: Uint8Array): void {
    this.jailed.push(consensusAddress);
  }
}
