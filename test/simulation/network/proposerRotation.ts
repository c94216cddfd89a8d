import { powerOf, type Member, type ValidatorSet } from "./validatorSets.js";

/**
 * Who proposes next, by CometBFT's weighted round robin: in every round each validator gains its
 * power, and the one with the most gives up the total.
 */
export class ProposerRotation {
  #priorities = new Map<string, bigint>();

  next(set: ValidatorSet): Member {
    const total = powerOf(set);
    const priorities = new Map<string, bigint>();
    let chosen: Member | undefined;
    for (const member of set) {
      // A newcomer starts behind everybody, so that leaving and coming back gains nothing.
      const before = this.#priorities.get(member.hex) ?? -(total + total / 8n);
      priorities.set(member.hex, before + member.power);
      const best = chosen && priorities.get(chosen.hex);
      if (best === undefined || before + member.power > best) chosen = member;
    }
    if (chosen === undefined) throw new Error("an empty set has no proposer");
    priorities.set(chosen.hex, (priorities.get(chosen.hex) ?? 0n) - total);
    this.#priorities = priorities;
    return chosen;
  }
}
