import { setTimeout as sleep } from "node:timers/promises";
import { assertDefined } from "#core/primitives/assert.js";
import { AivmNetwork } from "../network/aivmNetwork.js";
import { cpuSeconds, treeUsage } from "../network/usage.js";
import { type BenchOptions, progress } from "../options.js";
import type { Section } from "../report/figure.js";

/** The node has compiled what it needs, and sandbox processes are ready, by then. */
const SETTLE_SECONDS = 15;
const MIB = 1_048_576;

/** Memory and processor time of a node that has nothing to do, at one block a second. */
export async function measureIdle({ seconds, nodeFlags }: BenchOptions): Promise<Section> {
  progress("idle: starting one node");
  const network = await AivmNetwork.start({
    validators: 1,
    nodeFlags,
    cometSettings: [["consensus.timeout_commit", "1s"]],
  });
  try {
    const pid = network.pid();
    await sleep(Math.min(SETTLE_SECONDS, 3 * seconds) * 1000);
    progress("idle: watching it");
    const height = await network.rpc().height();
    const [before, ownBefore] = [usageOf(pid), cpuSeconds(pid)];
    await sleep(seconds * 1000);
    const [after, ownAfter] = [usageOf(pid), cpuSeconds(pid)];
    const blocks = (await network.rpc().height()) - height;
    const percent = (used: number): number => (used / seconds) * 100;
    return {
      title: "An idle node at one block a second",
      figures: [
        {
          name: "memory of aivmd and all its children (PSS)",
          value: after.memoryBytes / MIB,
          unit: "MiB",
          target: { kind: "at most", value: 400 },
        },
        {
          name: "processor time of aivmd and all its children",
          value: percent(after.cpuSeconds - before.cpuSeconds),
          unit: "% of a core",
          target: { kind: "at most", value: 5 },
        },
        {
          name: "processor time of aivmd alone",
          value: percent(ownAfter - ownBefore),
          unit: "% of a core",
        },
        { name: "processes", value: after.processes, unit: "" },
      ],
      notes: [`${blocks} blocks in ${seconds} s; CometBFT and the sandbox are children of aivmd`],
    };
  } finally {
    await network.stop();
  }
}

function usageOf(pid: number): NonNullable<ReturnType<typeof treeUsage>> {
  return assertDefined(treeUsage(pid), "this system has /proc");
}
