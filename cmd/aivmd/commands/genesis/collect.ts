import type { Command } from "commander";
import { collectGenesisTxs } from "#node/genesis/collectGenesisTxs.js";
import { readGenesisDoc, writeGenesisDoc } from "#node/genesis/genesisDoc.js";
import { validateGenesisDoc } from "#node/genesis/validateGenesis.js";
import { editCometConfig } from "#node/home/cometConfig.js";
import { readNodeId } from "#node/home/cometKeys.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";

interface CollectFlags {
  readonly gentxDir?: string;
}

/** Adds `genesis collect`. */
export function registerCollect(genesis: Command, io: CommandIo): void {
  const command = genesis
    .command("collect")
    .alias("collect-gentxs")
    .summary("put the validators' transactions into the genesis file")
    .description(
      "Puts the transactions of all validators into the genesis file, checks it, and sets the other validators as peers.",
    )
    .option("--gentx-dir <folder>", "folder of the transactions (default: config/gentx)");
  addExamples(command, "aivmd genesis collect", "aivmd genesis collect --gentx-dir ./gentxs");
  runs<CollectFlags>(command, io, collect);
}

function collect({ home, terminal }: Session, { gentxDir }: CollectFlags): void {
  const folder = gentxDir ?? home.genesisTxs;
  const { doc, peers } = collectGenesisTxs(readGenesisDoc(home.genesis), folder);
  const validators = validateGenesisDoc(doc);
  const others = peers.filter((peer) => !peer.startsWith(`${readNodeId(home.nodeKey)}@`));
  writeGenesisDoc(home.genesis, doc);
  editCometConfig(home.cometConfig, [["p2p.persistent_peers", others.join(",")]]);
  terminal.show({ validators: validators.length, peers: others }, () =>
    terminal.pairs([
      ["genesis", home.genesis],
      ["validators", String(validators.length)],
      ["peers", others.join("\n")],
    ]),
  );
}
