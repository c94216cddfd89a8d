import type { Command } from "commander";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";

interface DeleteFlags {
  readonly yes?: boolean;
}

/** Adds `keys delete`. */
export function registerDelete(keys: Command, io: CommandIo): void {
  const command = keys
    .command("delete <name>")
    .description("Deletes a key for good. Only its mnemonic brings it back.")
    .option("-y, --yes", "do not ask");
  addExamples(command, "aivmd keys delete alice", "aivmd keys delete alice --yes");
  runs<DeleteFlags>(command, io, remove);
}

async function remove(session: Session, { yes }: DeleteFlags, [name = ""]: readonly string[]) {
  const { terminal, input } = session;
  const keyring = session.openKeyring();
  keyring.get(name);
  if (yes !== true) {
    if (!input.isInteractive) {
      throw wrongUse({ problem: "give --yes: nobody is there to be asked" });
    }
    const answer = await input.line(`the key's name to delete it for good`);
    if (answer.trim() !== name) throw wrongUse({ problem: `${name} is not deleted` });
  }
  keyring.remove(name);
  terminal.show({ deleted: name }, () => `deleted ${name}`);
}
