import {
  type Batch,
  type Execution,
  FaultKind,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { domainHash } from "#core/crypto/hash.js";
import { uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import type { SeededRandom } from "#test/harness/random.js";
import type { Behaviour } from "#test/harness/scriptedReceipts.js";
import { answerHonestly, distort } from "./kernels.js";

/** How honest nodes get into trouble. */
const TROUBLES = ["slow", "flapping", "declining", "abstaining"] as const;

/** What byzantine nodes do; the last three to the consensus, the others to batches. */
const MISCONDUCTS = [
  "silent",
  "lying",
  "colluding",
  "withholding",
  "misrevealing",
  "equivocating",
  "garbling",
  "censoring",
  "tampering",
] as const;

/** What a node is up to for a while. */
export type Conduct = "honest" | (typeof TROUBLES)[number] | (typeof MISCONDUCTS)[number];

/** What is to be expected of a node for good. */
export type Character = "honest" | "troubled" | "byzantine";

/** Faults that may be recorded of a character; `absent` is the lot of a slow machine. */
export const ALLOWED_FAULTS: Readonly<Record<Character, readonly FaultKind[]>> = {
  honest: [],
  troubled: [FaultKind.ABSENT],
  byzantine: [FaultKind.WRONG, FaultKind.ABSENT, FaultKind.WITHHELD, FaultKind.INVALID],
};

/** Blocks after which a character that is not honest does something else. */
const SPELL = 12n;

/** Conducts of a node, one spell after the other, in an order of its own. */
export class ConductPlan {
  readonly #spells: readonly Conduct[];

  constructor(character: Character, random: SeededRandom) {
    const spells = { honest: ["honest"], troubled: TROUBLES, byzantine: MISCONDUCTS } as const;
    this.#spells = random.shuffle<Conduct>(spells[character]);
  }

  at(height: bigint): Conduct {
    const spell = Number(height / SPELL) % this.#spells.length;
    return this.#spells[spell] ?? "honest";
  }
}

/** How the scripted scheduler of the node called `name` works under a conduct. */
export function behaviourOf(name: string, conduct: Conduct, height: bigint): Behaviour {
  const honest: Behaviour = {
    answer: (scripted, request) => answerHonestly(name, scripted, request),
    report: (scripted) => reportOf(name, scripted),
  };
  switch (conduct) {
    case "slow":
      return { ...honest, runs: (batch) => height >= batch.slotHeight + delayOf(name, batch) };
    case "flapping":
      return { ...honest, available: (height / 3n) % 2n === 0n };
    case "declining":
      return { ...honest, declines: (batch) => isChosen(name, batch.id, 3) };
    case "abstaining":
      return { ...honest, answer: abstaining(name) };
    case "silent":
      return { ...honest, runs: () => false };
    case "lying":
      return { ...honest, answer: lying(name, name) };
    case "colluding":
      return { ...honest, answer: lying(name, "collusion") };
    default:
      return honest;
  }
}

/** Some machines are a block late, some as late as makes them absent. */
function delayOf(name: string, batch: Batch): bigint {
  return BigInt((domainHash("test/delay", utf8(name), uint64ToBytes(batch.id))[0] ?? 0) % 5);
}

function isChosen(name: string, id: bigint, oneIn: number): boolean {
  return (domainHash("test/chosen", utf8(name), uint64ToBytes(id))[0] ?? 0) % oneIn === 0;
}

function abstaining(name: string): NonNullable<Behaviour["answer"]> {
  return (scripted, request) =>
    isChosen(name, request.id, 3) ? undefined : answerHonestly(name, scripted, request);
}

function lying(name: string, salt: string): NonNullable<Behaviour["answer"]> {
  return (scripted: Execution, request: Request) =>
    distort(answerHonestly(name, scripted, request), salt);
}

/** Versions whose gas says so are rejected by everybody, or judged differently by everybody. */
function reportOf(name: string, scripted: ValidationReport): ValidationReport {
  const mark = scripted.modelGas % 10n;
  if (mark === VERDICT_REJECT) return { ...scripted, accepted: false, reason: "it does not run" };
  if (mark === VERDICT_DISAGREE) {
    return { ...scripted, modelGas: BigInt(domainHash("test/gas", utf8(name))[0] ?? 0) };
  }
  return scripted;
}

/** Last digit of half the gas limit of a version that providers reject. */
export const VERDICT_REJECT = 7n;

/** Last digit of half the gas limit of a version on which providers do not agree. */
export const VERDICT_DISAGREE = 8n;
