import type { AbciApplication, AbciCall } from "#core/abci/application.js";
import type { StepListener } from "#core/store/commitWriter.js";
import type { DaemonHooks } from "#node/daemon/daemon.js";
import { adapt } from "./adapt.js";

/** Calls of CometBFT that a running node answers; snapshots come with state sync. */
export const CRASH_CALLS = [
  "info",
  "initChain",
  "query",
  "checkTx",
  "prepareProposal",
  "processProposal",
  "extendVote",
  "verifyVoteExtension",
  "finalizeBlock",
  "commit",
] as const satisfies readonly AbciCall[];

/** Steps of a commit. */
export const CRASH_STEPS = [
  "transaction",
  "nodes",
  "roots",
  "flat",
  "blobs",
  "commitInfo",
  "prune",
] as const;

type Side = "before" | "after";

/** A place at which a node kills itself. */
export type CrashPoint =
  `${Side}:${(typeof CRASH_CALLS)[number]}` | `${Side}:step ${(typeof CRASH_STEPS)[number]}`;

const SIDES = ["before", "after"] as const;

/** Every place: before and after each answer, before and after each step of a commit. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  ...CRASH_CALLS.flatMap((call) => SIDES.map((side) => `${side}:${call}` as const)),
  ...CRASH_STEPS.flatMap((step) => SIDES.map((side) => `${side}:step ${step}` as const)),
];

/** Hooks of a node that ends by SIGKILL the `nth` time it comes to a point, counted from 1. */
export function crashingAt(point: CrashPoint, nth: number): DaemonHooks {
  let passed = 0;
  const visit = (place: string): void => {
    if (place !== point) return;
    passed += 1;
    if (passed === nth) process.kill(process.pid, "SIGKILL");
  };
  const onStep: StepListener = (step) => {
    visit(step.replace(":", ":step "));
  };
  return { onStep, adaptApplication: (application) => visiting(application, visit) };
}

/** The answer is made, and then the node dies before it is sent. */
function visiting(application: AbciApplication, visit: (place: string) => void): AbciApplication {
  const around = <T>(call: string, answer: () => T): T => {
    visit(`before:${call}`);
    const given = answer();
    visit(`after:${call}`);
    return given;
  };
  return adapt(application, {
    info: (request) => around("info", () => application.info(request)),
    initChain: (request) => around("initChain", () => application.initChain(request)),
    query: async (request) => {
      visit("before:query");
      const answer = await application.query(request);
      visit("after:query");
      return answer;
    },
    checkTx: (request) => around("checkTx", () => application.checkTx(request)),
    prepareProposal: (request) =>
      around("prepareProposal", () => application.prepareProposal(request)),
    processProposal: (request) =>
      around("processProposal", () => application.processProposal(request)),
    extendVote: (request) => around("extendVote", () => application.extendVote(request)),
    verifyVoteExtension: (request) =>
      around("verifyVoteExtension", () => application.verifyVoteExtension(request)),
    finalizeBlock: (request) => around("finalizeBlock", () => application.finalizeBlock(request)),
    commit: () => around("commit", () => application.commit()),
  });
}
