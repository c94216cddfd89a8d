import { existsSync } from "node:fs";
import type { Command } from "commander";
import { checksFailed } from "../../errors.js";
import { addExamples, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import type { Terminal } from "../../terminal/terminal.js";
import { rpcOf } from "../query/connection.js";
import { failing, type Finding } from "./check.js";
import { checkClock } from "./clockCheck.js";
import { checkEngines } from "./engineCheck.js";
import {
  checkFiles,
  checkFreePorts,
  checkPermissions,
  checkState,
  isRunning,
} from "./homeChecks.js";
import {
  checkComet,
  checkDisk,
  checkNativeModules,
  checkNodeVersion,
  checkOpenFiles,
} from "./hostChecks.js";

/** Adds `doctor`. */
export function registerDoctor(program: Command, io: CommandIo): void {
  const command = program
    .command("doctor")
    .summary("check this machine and the home")
    .description(
      "Checks versions, files, ports, clock, disk and limits, and runs the engines' conformance vectors. Ends with 1 when something has to be done before a validator may run here.",
    );
  addNodeFlag(command);
  addExamples(command, "aivmd doctor", "aivmd doctor --output json --home /srv/aivm");
  runs(command, io, doctor);
}

async function doctor(session: Session): Promise<void> {
  const { terminal } = session;
  const findings = await examine(session);
  terminal.show(findings, () => findingsText(findings, terminal));
  const failed = findings.filter(({ verdict }) => verdict === "fail").length;
  if (failed > 0) throw checksFailed({ failed });
}

async function examine(session: Session): Promise<readonly Finding[]> {
  const { home, environment, terminal } = session;
  terminal.note("running the engines' conformance vectors; this takes some seconds");
  const host = [
    checkNodeVersion(process.versions.node),
    checkNativeModules(),
    checkComet(environment),
    checkDisk(home.root),
    checkOpenFiles(),
  ];
  return [...host, ...(await examineHome(session)), await checkEngines()];
}

async function examineHome(session: Session): Promise<readonly Finding[]> {
  const { home } = session;
  const permissions = checkPermissions(home);
  if (!existsSync(home.configFolder)) return [permissions];
  return [
    permissions,
    checkFiles(home),
    await checkFreePorts(home, isRunning(home)),
    checkState(home),
    await failing("clock", () => checkClock(rpcOf(session), Date.now)),
  ];
}

/** The findings as a table, what to do below those that want it. */
export function findingsText(findings: readonly Finding[], terminal: Terminal): string {
  const { green, yellow, red } = terminal.style;
  const paint = { ok: green, warn: yellow, fail: red };
  return terminal.table(
    [{ title: "check" }, { title: "" }, { title: "found" }],
    findings.flatMap(({ name, verdict, found, advice }) => [
      [name, paint[verdict](verdict), found],
      ...(advice === "" ? [] : [["", "", `→ ${advice}`]]),
    ]),
  );
}
