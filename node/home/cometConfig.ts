import type { TomlTable } from "smol-toml";
import { badSetting } from "./errors.js";
import { type Endpoint, parseEndpoint } from "./endpoint.js";
import { readText, writeText } from "./files.js";
import { COMET_DATA_FOLDER } from "./homePaths.js";
import { isTable, readToml } from "./toml.js";
import { TomlEditor, type TomlScalar } from "./tomlEditor.js";

/** What aivmd needs to know of CometBFT's settings. */
export interface CometConfig {
  readonly moniker: string;
  /** Undefined when the RPC is on a unix socket or off. */
  readonly rpc: Endpoint | undefined;
  readonly p2p: Endpoint;
  /** Undefined when CometBFT serves no metrics. */
  readonly metrics: Endpoint | undefined;
}

/** A setting of `config.toml`, as `section.key`, and its value. */
export type CometSetting = readonly [setting: string, value: TomlScalar];

const ADVICE = "run `aivmd init` to create it";

/** Reads `config.toml`; fails with `home/2` or `home/3`. */
export function readCometConfig(path: string): CometConfig {
  const table = readToml(path, ADVICE);
  const rpc = textOf(table, "rpc", "laddr");
  const isMeasured = sectionOf(table, "instrumentation")["prometheus"] === true;
  return {
    moniker: typeof table["moniker"] === "string" ? table["moniker"] : "",
    rpc: rpc === "" || rpc.startsWith("unix://") ? undefined : endpoint(path, "rpc.laddr", rpc),
    p2p: endpoint(path, "p2p.laddr", textOf(table, "p2p", "laddr")),
    metrics: isMeasured ? metricsEndpoint(path, table) : undefined,
  };
}

/** Changes settings of `config.toml` in place; fails with `home/3` for one that it does not have. */
export function editCometConfig(path: string, settings: readonly CometSetting[]): void {
  const editor = new TomlEditor(readText(path, ADVICE), path);
  for (const [setting, value] of settings) editor.set(setting, value);
  writeText(path, editor.toString());
}

/** What every node of this chain needs. */
export function requiredSettings(moniker: string, proxyApp: string): readonly CometSetting[] {
  return [
    ["moniker", moniker],
    ["proxy_app", proxyApp],
    ["abci", "socket"],
    ["db_dir", COMET_DATA_FOLDER],
    // Relayers and wallets look transactions up by their events.
    ["tx_index.indexer", "kv"],
    ["storage.discard_abci_responses", false],
    ["consensus.create_empty_blocks", true],
    // A block at about every second: what light clients and the slots of inference reckon with.
    ["consensus.timeout_commit", "1s"],
    ["instrumentation.prometheus", true],
  ];
}

/** What a network on one machine needs on top. */
export const LOCAL_SETTINGS: readonly CometSetting[] = [
  ["rpc.cors_allowed_origins", ["*"]],
  // Nodes share the loopback address, which is not routable.
  ["p2p.addr_book_strict", false],
  ["p2p.allow_duplicate_ip", true],
  // Four nodes on two cores still answer within these; blocks come about every 0.8 s.
  ["consensus.timeout_propose", "1s"],
  ["consensus.timeout_prevote", "500ms"],
  ["consensus.timeout_precommit", "500ms"],
  ["consensus.timeout_commit", "500ms"],
];

function metricsEndpoint(path: string, table: TomlTable): Endpoint {
  const key = "prometheus_listen_addr";
  return endpoint(path, `instrumentation.${key}`, textOf(table, "instrumentation", key));
}

function endpoint(path: string, setting: string, text: string): Endpoint {
  const parsed = parseEndpoint(text);
  if (parsed === undefined) {
    throw badSetting({ path, setting, problem: "must be an address such as tcp://0.0.0.0:26656" });
  }
  return parsed;
}

function textOf(table: TomlTable, section: string, key: string): string {
  const value = sectionOf(table, section)[key];
  return typeof value === "string" ? value : "";
}

function sectionOf(table: TomlTable, name: string): TomlTable {
  const section = table[name];
  return isTable(section) ? section : {};
}
