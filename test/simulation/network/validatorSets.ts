import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { consensusAddress } from "#core/crypto/address.js";
import { compareBytes, toHex } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";

/** A validator of one height's set. */
export interface Member {
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  /** Hex of the address. */
  readonly hex: string;
  readonly power: bigint;
}

/** CometBFT's order: power descending, then address ascending. */
export type ValidatorSet = readonly Member[];

/** Validator sets by height, as CometBFT keeps them: updates of a block act two heights later. */
export class ValidatorSets {
  readonly #sets = new Map<bigint, ValidatorSet>();

  constructor(initial: readonly ValidatorUpdate[]) {
    const set = ordered(initial.map(memberOf));
    this.#sets.set(1n, set);
    this.#sets.set(2n, set);
  }

  /** The set that signs a height. */
  at(height: bigint): ValidatorSet {
    const set = this.#sets.get(height);
    if (set === undefined) throw new Error(`the set of height ${height} is not known`);
    return set;
  }

  /** Applies the updates of a block; throws where CometBFT would stop. */
  apply(height: bigint, updates: readonly ValidatorUpdate[]): void {
    const next = new Map(this.at(height + 1n).map((member) => [member.hex, member]));
    const seen = new Set<string>();
    for (const member of updates.map(memberOf)) {
      if (seen.has(member.hex)) throw new Error(`height ${height} updates a validator twice`);
      seen.add(member.hex);
      if (member.power > 0n) next.set(member.hex, member);
      else if (!next.delete(member.hex)) throw new Error(`height ${height} removes a stranger`);
    }
    if (next.size === 0) throw new Error(`height ${height} leaves no validator`);
    this.#sets.set(height + 2n, ordered([...next.values()]));
    this.#sets.delete(height - 5n);
  }
}

/** Sum of the powers. */
export function powerOf(members: readonly Member[]): bigint {
  return members.reduce((sum, { power }) => sum + power, 0n);
}

/** Whether a power is more than two thirds of a set's. */
export function isQuorum(power: bigint, set: ValidatorSet): boolean {
  return power * 3n > powerOf(set) * 2n;
}

function memberOf({ publicKey, power }: ValidatorUpdate): Member {
  const address = consensusAddress(publicKey);
  return { publicKey, address, hex: toHex(address), power };
}

function ordered(members: readonly Member[]): ValidatorSet {
  return [...members].sort(
    (a, b) => compareBig(b.power, a.power) || compareBytes(a.address, b.address),
  );
}
