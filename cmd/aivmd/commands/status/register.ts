import type { Command } from "commander";
import { addExamples, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import type { Terminal } from "../../terminal/terminal.js";
import { rpcOf, runsOnline } from "../query/connection.js";
import { type NodeOverview, readStatus } from "./readStatus.js";

/** Adds `status`. */
export function registerStatus(program: Command, io: CommandIo): void {
  const command = program
    .command("status")
    .summary("ask a running node how it is")
    .description(
      "Shows height, application hash, synchronisation, voting power and availability of a running node.",
    );
  addNodeFlag(command);
  addExamples(command, "aivmd status", "aivmd status --node tcp://203.0.113.7:26657 --output json");
  runsOnline(command, io, showStatus);
}

async function showStatus(session: Session): Promise<void> {
  const { terminal } = session;
  const overview = await readStatus(rpcOf(session));
  terminal.show(statusJson(overview), () => statusText(overview, terminal));
}

/** CometBFT's answer under its own names, and what it does not know under ours. */
export function statusJson({ comet, app, provider, peers }: NodeOverview): object {
  return {
    ...comet,
    application_info: { height: app.height, app_hash: app.appHash },
    provider_info: {
      state: provider.state,
      since_height: provider.sinceHeight,
      open_batches: provider.openBatches,
      recent_faults: provider.recentFaults,
    },
    peers,
  };
}

/** The same for people. */
export function statusText(overview: NodeOverview, terminal: Terminal): string {
  const { style } = terminal;
  const { app, validator, catchingUp } = overview;
  const isValidator = validator.power > 0n;
  return terminal.pairs([
    ["chain", overview.chainId],
    ["node", `${overview.moniker} (${overview.nodeId})`],
    ["cometbft", overview.cometVersion],
    ["height", `${overview.height} of ${overview.time}`],
    ["app hash", `${app.appHash} at height ${app.height}`],
    ["catching up", catchingUp ? style.yellow("yes") : style.green("no")],
    ["peers", String(overview.peers)],
    ["validator", `${validator.address}, ${isValidator ? `power ${validator.power}` : "no power"}`],
    ["provider", providerText(overview, terminal)],
  ]);
}

function providerText({ provider }: NodeOverview, { style }: Terminal): string {
  const { state, sinceHeight, openBatches, recentFaults } = provider;
  if (state === "none") return "no: not in the validator set";
  const since = sinceHeight > 0n ? ` since height ${sinceHeight}` : "";
  const shown = state === "available" ? style.green(state) : style.red(state);
  return `${shown}${since}, ${openBatches} open batch(es), ${recentFaults} recent fault(s)`;
}
