import type { Command } from "commander";
import { equalBytes, toUpperHex } from "#core/primitives/bytes.js";
import { rollBack } from "#node/maintenance/rollBack.js";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";

interface RollbackFlags {
  readonly hard?: boolean;
}

/** Adds `rollback`. */
export function registerRollback(program: Command, io: CommandIo): void {
  const command = program
    .command("rollback")
    .summary("take the last block back")
    .description(
      "Takes the last block back, from the state and from CometBFT. The node executes it again when it starts; with --hard it fetches it again.",
    )
    .option("--hard", "forget the block too; only where other nodes have it");
  addExamples(command, "aivmd rollback", "aivmd rollback --hard");
  runs<RollbackFlags>(command, io, rollback);
}

async function rollback({ home, environment, terminal }: Session, { hard }: RollbackFlags) {
  const { app, comet } = await rollBack({ home, environment, hard: hard === true });
  if (!equalBytes(app.appHash, comet.appHash)) {
    terminal.note(
      `CometBFT stands at height ${comet.height}; it gives the application the blocks that it lacks at the next start`,
    );
  }
  const appHash = toUpperHex(app.appHash);
  terminal.show({ height: app.height, app_hash: appHash, comet_height: comet.height }, () =>
    terminal.pairs([
      ["height", String(app.height)],
      ["app hash", appHash],
    ]),
  );
}
