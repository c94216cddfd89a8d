import type { Command } from "commander";
import { exportGenesisDoc } from "#node/genesis/exportGenesis.js";
import { writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { withHeldState } from "#node/maintenance/heldState.js";
import { addExamples, addChainIdFlag } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";

interface ExportFlags {
  readonly outputDocument?: string;
}

/** Adds `export`. */
export function registerExport(program: Command, io: CommandIo): void {
  const command = program
    .command("export")
    .summary("print the state as a genesis file")
    .description(
      "Prints the last state as a genesis file with which a chain goes on, at the next height and with the same validators. The node must not run. Validators need their key files in the new home; under the same chain id also data/priv_validator_state.json, lest they sign a height twice.",
    )
    .option("--output-document <file>", "write to a file instead of standard output");
  addChainIdFlag(command);
  addExamples(
    command,
    "aivmd export --output-document exported.json",
    "aivmd export --chain-id aivm-2 > genesis.json",
    "aivmd init my-node --genesis exported.json --home /srv/aivm-new",
  );
  runs<ExportFlags>(command, io, exportState);
}

async function exportState(session: Session, { outputDocument }: ExportFlags): Promise<void> {
  const { home, flags, terminal } = session;
  const doc = await withHeldState(home, ({ store, wiring, genesis }) => {
    const chainId = flags.chainId ?? genesis.chain_id;
    const { modules } = wiring;
    return exportGenesisDoc({ reader: store, modules, origin: genesis, chainId });
  });
  if (outputDocument === undefined) {
    terminal.json(doc);
    return;
  }
  writeGenesisDoc(outputDocument, doc);
  const { chain_id: chainId, initial_height: initialHeight } = doc;
  terminal.show(
    { file: outputDocument, chain_id: chainId, initial_height: initialHeight },
    () => `wrote ${outputDocument}: ${chainId} goes on at height ${initialHeight}`,
  );
}
