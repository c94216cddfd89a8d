import { existsSync } from "node:fs";
import { readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { readAppConfig } from "#node/home/appConfig.js";
import { readCometConfig } from "#node/home/cometConfig.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import type { Testnet } from "./initFiles.js";
import { type NetworkNode, networkNode, TEST_USER } from "./network.js";
import { localPorts, type NodePorts } from "./ports.js";

/**
 * The network that `initTestnetFiles` made in a folder, with the ports that its settings have now;
 * undefined when there is none. The common account is the usual one.
 */
export function readNetwork(folder: string): Testnet | undefined {
  const nodes: NetworkNode[] = [];
  for (let node = networkNode(folder, 0); existsSync(node.home.genesis);) {
    nodes.push({ ...node, ports: portsOf(node) });
    node = networkNode(folder, nodes.length);
  }
  const [first] = nodes;
  if (first === undefined) return undefined;
  const { name, mnemonic } = TEST_USER;
  const user = { name, mnemonic, address: signerFromMnemonic(mnemonic).address };
  return { chainId: readGenesisDoc(first.home.genesis).chain_id, nodes, user };
}

function portsOf({ home, index }: NetworkNode): NodePorts {
  const comet = readCometConfig(home.cometConfig);
  const app = readAppConfig(home.appConfig);
  return {
    ...localPorts(index),
    p2p: comet.p2p.port,
    ...(comet.rpc === undefined ? {} : { rpc: comet.rpc.port }),
    ...(comet.metrics === undefined ? {} : { cometMetrics: comet.metrics.port }),
    telemetry: app.telemetry.endpoint.port,
    grpc: app.grpc.endpoint.port,
    rest: app.api.endpoint.port,
  };
}
