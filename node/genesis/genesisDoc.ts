import { fromJson, type JsonObject, type JsonValue, toJson } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import { jsonText, readJsonObject, writeText } from "../home/files.js";
import { badChainId, invalidGenesisFile } from "./errors.js";

/** A genesis file in CometBFT's form; validators come from the transactions in `app_state`. */
export interface GenesisDoc {
  /** RFC 3339. */
  readonly genesis_time: string;
  readonly chain_id: string;
  /** Decimal digits. */
  readonly initial_height: string;
  readonly consensus_params: JsonObject;
  /** Empty on a new chain. */
  readonly app_hash: string;
  /** Sections by their names. */
  readonly app_state: JsonObject;
}

/** CometBFT takes no longer ones. */
const MAX_CHAIN_ID_LENGTH = 50;

/** Fails with `genesisfile/4` unless the text can name a chain. */
export function checkChainId(chainId: string): void {
  const isChainId = /^[a-zA-Z][a-zA-Z0-9-]*-[1-9][0-9]*$/.test(chainId);
  if (!isChainId || chainId.length > MAX_CHAIN_ID_LENGTH) throw badChainId({ chainId });
}

/** Reads a genesis file as far as its form goes; fails with `home/2` or `genesisfile/2`. */
export function readGenesisDoc(path: string): GenesisDoc {
  const advice = "run `aivmd init`, or copy the genesis file of the chain there";
  const json = readJsonObject(path, advice);
  return {
    genesis_time: textOf(json, "genesis_time"),
    chain_id: textOf(json, "chain_id"),
    initial_height: textOf(json, "initial_height"),
    consensus_params: objectOf(json, "consensus_params"),
    app_hash: textOf(json, "app_hash"),
    app_state: objectOf(json, "app_state"),
  };
}

/** Writes a genesis file. */
export function writeGenesisDoc(path: string, doc: GenesisDoc): void {
  writeText(path, jsonText(doc));
}

/** A section of `app_state` that is the JSON of one message. */
export interface SectionType<T extends object> {
  readonly name: string;
  readonly codec: MessageCodec<T>;
  readonly registry: TypeRegistry;
}

/** The document with a section changed; fails with `codec/4` when the section is malformed. */
export function editSection<T extends object>(
  doc: GenesisDoc,
  { name, codec, registry }: SectionType<T>,
  edit: (section: T) => T,
): GenesisDoc {
  const at = `app_state.${name}`;
  const json = doc.app_state[name];
  if (json === undefined) throw invalidGenesisFile({ at, problem: "the section is missing" });
  const section = edit(fromJson(codec, json, { registry, at }));
  return { ...doc, app_state: { ...doc.app_state, [name]: toJson(codec, section, registry) } };
}

/** Text of a consensus parameter such as `block.max_gas`; fails with `genesisfile/2`. */
export function consensusParam(doc: GenesisDoc, path: string): string {
  let value: JsonValue | undefined = doc.consensus_params;
  for (const name of path.split(".")) value = isObject(value) ? value[name] : undefined;
  if (typeof value === "string") return value;
  throw invalidGenesisFile({ at: `consensus_params.${path}`, problem: "is not a text" });
}

function textOf(json: JsonObject, at: string): string {
  const value = json[at];
  if (typeof value !== "string") throw invalidGenesisFile({ at, problem: "is not a text" });
  return value;
}

function objectOf(json: JsonObject, at: string): JsonObject {
  const value = json[at];
  if (!isObject(value)) throw invalidGenesisFile({ at, problem: "is not an object" });
  return value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
