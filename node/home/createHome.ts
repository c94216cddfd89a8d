import { existsSync, rmSync } from "node:fs";
import { socketAddress } from "#core/abci/socketAddress.js";
import { initCometFiles } from "../comet/cometBinary.js";
import { type GenesisDoc, writeGenesisDoc } from "../genesis/genesisDoc.js";
import { DEFAULT_APP_TOML } from "./appConfig.js";
import { clientToml, type KeyringBackend } from "./clientConfig.js";
import { editCometConfig, requiredSettings } from "./cometConfig.js";
import { readConsensusKey, readNodeId, writeFreshSignState } from "./cometKeys.js";
import { refuseExisting, writeText } from "./files.js";
import type { HomePaths } from "./homePaths.js";
import { createProviderKey, readProviderKey, writeProviderKey } from "./providerKey.js";

/** What a new home starts with. */
export interface NewHome {
  readonly home: HomePaths;
  /** CometBFT's binary, which writes its own files. */
  readonly comet: string;
  readonly moniker: string;
  readonly keyringBackend: KeyringBackend;
  readonly genesis: GenesisDoc;
  /** Whether settings and genesis that are there already are replaced. */
  readonly overwrite: boolean;
}

/** Where the RPC of a new home is, for the commands that talk to a node. */
const DEFAULT_NODE = "tcp://localhost:26657";

/**
 * Writes settings, genesis and keys of a node. Keys that are there are kept, whatever `overwrite`
 * says: nobody could restore them. Gives the node's id. Fails with `home/5` where settings exist
 * that may not be replaced, or the state of a chain; with `home/2` for a key that is malformed, and
 * `comet/4`. Nothing is written in the first two cases.
 */
export function createHome({ home, comet, overwrite, ...parts }: NewHome): string {
  refuseExisting(home.state, "a chain runs in this home; choose another --home");
  const settings = [home.cometConfig, home.appConfig, home.clientConfig, home.genesis];
  for (const path of overwrite ? [] : settings) {
    refuseExisting(path, "give --overwrite to replace settings and genesis; keys are kept");
  }
  checkKeys(home);
  for (const path of settings) rmSync(path, { force: true });
  // CometBFT expects the sign state of a key that it has not made itself.
  if (existsSync(home.consensusKey) && !existsSync(home.signState)) {
    writeFreshSignState(home.signState);
  }
  initCometFiles(comet, home.root);
  const { proxyApp } = socketAddress(home.root);
  editCometConfig(home.cometConfig, requiredSettings(parts.moniker, proxyApp));
  writeText(home.appConfig, DEFAULT_APP_TOML);
  const client = { chainId: parts.genesis.chain_id, keyringBackend: parts.keyringBackend };
  writeText(home.clientConfig, clientToml({ ...client, node: DEFAULT_NODE }));
  if (!existsSync(home.providerKey)) writeProviderKey(home.providerKey, createProviderKey());
  writeGenesisDoc(home.genesis, parts.genesis);
  return readNodeId(home.nodeKey);
}

/** Keys that were brought along must be usable. */
function checkKeys({ consensusKey, nodeKey, providerKey }: HomePaths): void {
  if (existsSync(consensusKey)) readConsensusKey(consensusKey);
  if (existsSync(nodeKey)) readNodeId(nodeKey);
  if (existsSync(providerKey)) readProviderKey(providerKey);
}
