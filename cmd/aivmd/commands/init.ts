import type { Command } from "commander";
import { findComet } from "#node/comet/cometBinary.js";
import { createGenesis, genesisModules } from "#node/genesis/createGenesis.js";
import { type GenesisDoc, readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { validateGenesisDoc } from "#node/genesis/validateGenesis.js";
import { createHome } from "#node/home/createHome.js";
import { wrongUse } from "../errors.js";
import { addChainIdFlag, addExamples, addKeyringFlag } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";

interface InitFlags {
  readonly genesis?: string;
  readonly overwrite?: boolean;
}

/** Adds `init`. */
export function registerInit(program: Command, io: CommandIo): void {
  const command = program
    .command("init <moniker>")
    .summary("create the files of a new node")
    .description(
      "Creates settings, keys and the genesis file of a new node. Keys that are there are kept.",
    )
    .option("--genesis <file>", "start from this genesis file, for example an exported one")
    .option("--overwrite", "replace settings and genesis file; never keys");
  addKeyringFlag(addChainIdFlag(command));
  addExamples(
    command,
    "aivmd init my-node --chain-id aivm-test-1",
    "aivmd init my-node --genesis exported.json --home /srv/aivm",
  );
  runs<InitFlags>(command, io, init);
}

function init(session: Session, flags: InitFlags, [moniker = ""]: readonly string[]): void {
  const { home, terminal, environment } = session;
  const genesis = genesisOf(session, flags);
  const comet = findComet(environment);
  const keyringBackend = session.flags.keyringBackend ?? "file";
  const overwrite = flags.overwrite === true;
  const nodeId = createHome({ home, comet, moniker, keyringBackend, genesis, overwrite });
  const chainId = genesis.chain_id;
  terminal.show({ moniker, chain_id: chainId, node_id: nodeId, home: home.root }, () =>
    [
      terminal.pairs([
        ["home", home.root],
        ["chain id", chainId],
        ["moniker", moniker],
        ["node id", nodeId],
      ]),
      "",
      `Back up ${home.consensusKey} and ${home.providerKey} together: nothing restores them.`,
    ].join("\n"),
  );
}

/** A given file says which chain it is; a new one has to be named. */
function genesisOf({ flags }: Session, { genesis: path }: InitFlags): GenesisDoc {
  const { chainId } = flags;
  if (path === undefined) {
    if (chainId === undefined) throw wrongUse({ problem: "give --chain-id, or --genesis" });
    return createGenesis(genesisModules(), { chainId, time: new Date() });
  }
  const doc = readGenesisDoc(path);
  if (chainId !== undefined && chainId !== doc.chain_id) {
    const problem = `--chain-id is ${chainId}, but ${path} is of ${doc.chain_id}; leave --chain-id out`;
    throw wrongUse({ problem });
  }
  validateGenesisDoc(doc);
  return doc;
}
