import type { DaemonHooks } from "#node/daemon/daemon.js";
import { falseReceipts, malformedProposals, omitting } from "./proposing.js";
import { copying, equivocating, garbling, misrevealing, withholding } from "./speaking.js";
import { declining, lying, unavailable } from "./working.js";

/** Ways in which a validator of a test network is faulty. */
export const FAULTS = {
  lies: { adaptValidator: lying },
  withholds: { adaptApplication: withholding },
  garbles: { adaptApplication: garbling },
  proposesMalformed: { adaptApplication: malformedProposals },
  copies: { adaptApplication: copying },
  equivocates: { adaptApplication: equivocating },
  misreveals: { adaptApplication: misrevealing },
  omits: { adaptApplication: omitting },
  forgesReceipts: { adaptApplication: falseReceipts },
  declines: { adaptValidator: declining },
  isUnavailable: { adaptValidator: unavailable },
} as const satisfies Readonly<Record<string, DaemonHooks>>;

export type FaultName = keyof typeof FAULTS;
