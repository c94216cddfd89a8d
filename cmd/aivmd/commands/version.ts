import type { Command } from "commander";
import { APP_NAME, APP_VERSION, PROTOCOL_VERSION } from "#app/chain.js";
import { toHex } from "#core/primitives/bytes.js";
import { STATE_FORMAT } from "#core/store/sqlite/schema.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { COMET_VERSION } from "#node/comet/cometBinary.js";
import { installedDependencies } from "../dependencies.js";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";

interface VersionFlags {
  readonly long?: boolean;
}

/** Adds `version`. */
export function registerVersion(program: Command, io: CommandIo): void {
  const command = program
    .command("version")
    .summary("print the version")
    .description("Prints the version of aivmd, with --long of all it is made of.")
    .option("--long", "with protocol, engines and dependencies");
  addExamples(command, "aivmd version", "aivmd version --long --output json");
  runs<VersionFlags>(command, io, (session, { long }) => {
    if (long === true) printLong(session);
    else session.terminal.show({ version: APP_VERSION }, () => APP_VERSION);
  });
}

function printLong({ terminal }: Session): void {
  const engines = [MODEL_ENGINE, NATIVE_ENGINE, CODE_ENGINE].map(
    ({ name, version, binarySha256 }) => ({
      name,
      version,
      sha256: toHex(binarySha256),
    }),
  );
  const facts = {
    name: APP_NAME,
    server_name: "aivmd",
    version: APP_VERSION,
    protocol: PROTOCOL_VERSION,
    state_format: STATE_FORMAT,
    cometbft: `v${COMET_VERSION}`,
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
  };
  const dependencies = installedDependencies();
  terminal.show({ ...facts, engines, build_deps: dependencies }, () =>
    terminal.pairs([
      ...Object.entries(facts).map(([name, value]) => [name, String(value)] as const),
      ["engines", engines.map((one) => `${one.name} ${one.version} ${one.sha256}`).join("\n")],
      ["build_deps", dependencies.map(({ name, version }) => `${name} ${version}`).join("\n")],
    ]),
  );
}
