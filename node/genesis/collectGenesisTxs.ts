import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MsgCreateValidator } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { Tx } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromJson, type JsonObject } from "#core/codec/json.js";
import { toHex } from "#core/primitives/bytes.js";
import { jsonText, readJsonObject, writeText } from "../home/files.js";
import { badGenesisTx } from "./errors.js";
import type { GenesisDoc } from "./genesisDoc.js";
import { GENESIS_TX_TYPES } from "./genesisTx.js";

/** Genesis transactions put together. */
export interface Collected {
  readonly doc: GenesisDoc;
  /** `id@host:port` of every validator that says how to reach it, in file order. */
  readonly peers: readonly string[];
}

/** Writes a genesis transaction into the folder from which they are collected; gives its path. */
export function writeGenesisTx(folder: string, nodeId: string, tx: unknown): string {
  const path = join(folder, `gentx-${nodeId}.json`);
  writeText(path, jsonText(tx));
  return path;
}

/**
 * The document with the transactions of all `*.json` files of a folder, in order of file names, in
 * place of those it had. Fails with `genesisfile/5` for one that creates no validator, or one that
 * another file creates already, and with `codec/4` for one that is malformed.
 */
export function collectGenesisTxs(doc: GenesisDoc, folder: string): Collected {
  const seen = new Map<string, string>();
  const txs: JsonObject[] = [];
  const peers: string[] = [];
  for (const file of jsonFiles(folder)) {
    const path = join(folder, file);
    const json = readJsonObject(path, "ask the validator for the file again");
    const tx = fromJson(Tx, json, { registry: GENESIS_TX_TYPES, at: path });
    for (const identity of identitiesOf(tx, path)) {
      const other = seen.get(identity);
      if (other !== undefined)
        throw badGenesisTx({ file: path, problem: `${other} has ${identity}` });
      seen.set(identity, path);
    }
    txs.push(json);
    const memo = tx.body?.memo ?? "";
    if (memo !== "") peers.push(memo);
  }
  const genutil = { gen_txs: txs };
  return { doc: { ...doc, app_state: { ...doc.app_state, genutil } }, peers };
}

function jsonFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort();
}

/** What may occur only once among validators: operator and consensus key. */
function identitiesOf(tx: Tx, file: string): readonly string[] {
  const packed = tx.body?.messages.find(({ typeUrl }) => typeUrl === MsgCreateValidator.typeUrl);
  if (packed === undefined) throw badGenesisTx({ file, problem: "it creates no validator" });
  const { validatorAddress, pubkey } = MsgCreateValidator.decode(packed.value);
  const key = pubkey === undefined ? "no key" : toHex(pubkey.value);
  return [`operator ${validatorAddress}`, `consensus key ${key}`];
}
