import { FOOL } from "../scenario/start.js";
import type { World } from "../world.js";
import type { Operation } from "./operation.js";

/** Before this height nobody signs twice: who does is gone for good, with all its misconduct. */
const EARLIEST = 108n;

/** What CometBFT reports of validators that sign two blocks of one height. */
export const EVIDENCE_OPERATIONS: readonly Operation[] = [
  { name: "evidence/double-sign", weight: 7, act: doubleSign },
];

function doubleSign({ network, misbehavior, height, random }: World): void {
  if (height < EARLIEST || misbehavior.length > 0) return;
  const infractionHeight = height - BigInt(random.below(4));
  const set = network.sets.at(infractionHeight);
  const culprits = network.participants.filter(
    ({ character, name }) => character === "byzantine" || name === FOOL,
  );
  const culprit = culprits.length === 0 ? undefined : random.pick(culprits);
  const member = set.find(({ hex }) => hex === culprit?.operator.hex);
  if (member !== undefined) {
    misbehavior.push({
      kind: "duplicateVote",
      consensusAddress: member.address,
      power: member.power,
      height: infractionHeight,
      timeNs: network.timeNs,
    });
  }
}
