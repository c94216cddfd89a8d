import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where everything of a node is; all paths are absolute. */
export interface HomePaths {
  readonly root: string;
  readonly configFolder: string;
  readonly dataFolder: string;
  /** Settings of CometBFT. */
  readonly cometConfig: string;
  /** Settings of aivmd. */
  readonly appConfig: string;
  /** Settings of the commands that talk to a node. */
  readonly clientConfig: string;
  readonly genesis: string;
  /** Folder of genesis transactions before they are collected. */
  readonly genesisTxs: string;
  /** Key of the validator; CometBFT's file. */
  readonly consensusKey: string;
  /** Key of the node on the network; CometBFT's file. */
  readonly nodeKey: string;
  /** Secrets of the inference provider. */
  readonly providerKey: string;
  /** What the validator signed last; CometBFT's file. */
  readonly signState: string;
  /** State of the chain. */
  readonly state: string;
  /** Finished work of this node. */
  readonly nodeDatabase: string;
  readonly lock: string;
  /** Folder of model and code files, named by their digest. */
  readonly artifacts: string;
  /** Folder of snapshots for nodes that join. */
  readonly snapshots: string;
  /** Folder of CometBFT's databases. */
  readonly cometData: string;
  /** Names the CometBFT that aivmd started, until it has ended. */
  readonly cometProcess: string;
}

/** Folder of CometBFT's databases within a home: one of them is called `state.db`, as is ours. */
export const COMET_DATA_FOLDER = "data/comet";

/** The paths of the home in a folder. */
export function homePaths(folder: string): HomePaths {
  const root = resolve(folder);
  const config = (name: string): string => join(root, "config", name);
  const data = (name: string): string => join(root, "data", name);
  return {
    root,
    configFolder: join(root, "config"),
    dataFolder: join(root, "data"),
    cometConfig: config("config.toml"),
    appConfig: config("app.toml"),
    clientConfig: config("client.toml"),
    genesis: config("genesis.json"),
    genesisTxs: config("gentx"),
    consensusKey: config("priv_validator_key.json"),
    nodeKey: config("node_key.json"),
    providerKey: config("provider_key.json"),
    signState: data("priv_validator_state.json"),
    state: data("state.db"),
    nodeDatabase: data("node.db"),
    lock: data("lock.db"),
    artifacts: data("artifacts"),
    snapshots: data("snapshots"),
    cometData: join(root, COMET_DATA_FOLDER),
    cometProcess: data("comet.pid"),
  };
}

/** The home of a user who names none: `$AIVMD_HOME`, else `.aivm` in the user's own folder. */
export function defaultHome(environment: Readonly<Record<string, string | undefined>>): string {
  const { AIVMD_HOME: named = "" } = environment;
  return named === "" ? join(homedir(), ".aivm") : named;
}
