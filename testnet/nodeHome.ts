import { initCometFiles } from "#node/comet/cometBinary.js";
import { DEFAULT_APP_TOML } from "#node/home/appConfig.js";
import { clientToml } from "#node/home/clientConfig.js";
import {
  type CometSetting,
  editCometConfig,
  LOCAL_SETTINGS,
  requiredSettings,
} from "#node/home/cometConfig.js";
import { readConsensusKey, readNodeId } from "#node/home/cometKeys.js";
import { writeText } from "#node/home/files.js";
import type { HomePaths } from "#node/home/homePaths.js";
import { createProviderKey, writeProviderKey } from "#node/home/providerKey.js";
import { TomlEditor, type TomlScalar } from "#node/home/tomlEditor.js";
import type { NodePorts } from "./ports.js";

/** A setting of `app.toml`, as `section.key`, and its value. */
export type AppSetting = readonly [setting: string, value: TomlScalar];

/** How one node of a test network is set up. */
export interface NodeHomeOptions {
  readonly home: HomePaths;
  readonly comet: string;
  readonly moniker: string;
  readonly chainId: string;
  readonly ports: NodePorts;
  /** Set after everything else. */
  readonly cometSettings: readonly CometSetting[];
  readonly appSettings: readonly AppSetting[];
}

/** What others need to know of a node's keys. */
export interface NodeIdentity {
  readonly nodeId: string;
  /** `id@host:port`. */
  readonly peer: string;
  readonly consensusKey: Uint8Array;
  readonly vrfSeed: Uint8Array;
}

/** Every node of a test network is on this machine, and reachable from nowhere else. */
const HOST = "127.0.0.1";

/**
 * Makes keys and settings of one node. What shares a machine with other nodes runs one sandbox
 * process.
 */
export function writeNodeHome(options: NodeHomeOptions): NodeIdentity {
  const { home, comet, moniker, chainId, ports, cometSettings } = options;
  initCometFiles(comet, home.root);
  editCometConfig(home.cometConfig, [
    ...requiredSettings(moniker, ""),
    ...LOCAL_SETTINGS,
    ["p2p.laddr", `tcp://${HOST}:${ports.p2p}`],
    ["rpc.laddr", `tcp://${HOST}:${ports.rpc}`],
    ["instrumentation.prometheus_listen_addr", `${HOST}:${ports.cometMetrics}`],
    ...cometSettings,
  ]);
  writeText(home.appConfig, appToml(options));
  const node = `tcp://${HOST}:${ports.rpc}`;
  writeText(home.clientConfig, clientToml({ chainId, keyringBackend: "test", node }));
  const provider = createProviderKey();
  writeProviderKey(home.providerKey, provider);
  const nodeId = readNodeId(home.nodeKey);
  return {
    nodeId,
    peer: `${nodeId}@${HOST}:${ports.p2p}`,
    consensusKey: readConsensusKey(home.consensusKey).publicKey,
    vrfSeed: provider.vrfSeed,
  };
}

/** Tells a node whom to dial. */
export function writePeers(home: HomePaths, peers: readonly string[]): void {
  editCometConfig(home.cometConfig, [["p2p.persistent_peers", peers.join(",")]]);
}

function appToml({ home, ports, appSettings }: NodeHomeOptions): string {
  const editor = new TomlEditor(DEFAULT_APP_TOML, home.appConfig);
  const settings: readonly AppSetting[] = [
    ["telemetry.address", `${HOST}:${ports.telemetry}`],
    ["api.enable", true],
    ["api.address", `tcp://${HOST}:${ports.rest}`],
    ["api.enabled-unsafe-cors", true],
    ["grpc.address", `${HOST}:${ports.grpc}`],
    ["inference.children", 1],
    ...appSettings,
  ];
  for (const [setting, value] of settings) editor.set(setting, value);
  return editor.toString();
}
