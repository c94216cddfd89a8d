import { join } from "node:path";
import { homePaths, type HomePaths } from "#node/home/homePaths.js";
import { localPorts, type NodePorts } from "./ports.js";

/** One node of a test network. */
export interface NetworkNode {
  readonly index: number;
  readonly moniker: string;
  readonly home: HomePaths;
  readonly ports: NodePorts;
}

/** Name of the operator's key in the keyring of its node. */
export const OPERATOR_KEY = "operator";

/** The account with coins for everybody, in the keyring of every node. */
export const TEST_USER = {
  name: "user",
  /** Known to all the world from other projects' test networks, so that nobody mistakes it for a secret. */
  mnemonic: "test test test test test test test test test test test junk",
} as const;

/** The node `index` of the network in a folder. */
export function networkNode(folder: string, index: number, ports?: NodePorts): NetworkNode {
  const moniker = `node${index}`;
  const home = homePaths(join(folder, moniker));
  return { index, moniker, home, ports: ports ?? localPorts(index) };
}
