import type { JsonObject } from "#core/codec/json.js";
import { type Address, consensusAddress, truncatedHash } from "#core/crypto/address.js";
import { fromBase64, toHex, toUpperHex } from "#core/primitives/bytes.js";
import { homeFile } from "./errors.js";
import { jsonText, readJsonObject, writeSecretText } from "./files.js";

/** Public half of a validator's consensus key. */
export interface ConsensusKey {
  /** ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
}

const CONSENSUS_ADVICE = "restore it from the backup, or run `aivmd init` in a new home";
const NODE_ADVICE = "run `aivmd init`, which makes a new one";
const PUBLIC_KEY_TYPE = "tendermint/PubKeyEd25519";
const PRIVATE_KEY_TYPE = "tendermint/PrivKeyEd25519";
const PUBLIC_KEY_BYTES = 32;
/** CometBFT stores the seed followed by the public key. */
const PRIVATE_KEY_BYTES = 64;

/**
 * The consensus key in CometBFT's `priv_validator_key.json`; the private half is not looked at.
 * Fails with `home/2` when the file is malformed or its parts contradict each other.
 */
export function readConsensusKey(path: string): ConsensusKey {
  const json = readJsonObject(path, CONSENSUS_ADVICE);
  const publicKey = readKey(json["pub_key"], PUBLIC_KEY_TYPE, PUBLIC_KEY_BYTES);
  if (publicKey === undefined) {
    const problem = `pub_key is not a ${PUBLIC_KEY_TYPE}`;
    throw homeFile({ path, problem, advice: CONSENSUS_ADVICE });
  }
  const address = consensusAddress(publicKey);
  if (json["address"] !== toUpperHex(address)) {
    const problem = "address is not that of pub_key";
    throw homeFile({ path, problem, advice: CONSENSUS_ADVICE });
  }
  return { publicKey, address };
}

/** Id of a node on the network, 40 hex digits, from CometBFT's `node_key.json`. */
export function readNodeId(path: string): string {
  const json = readJsonObject(path, NODE_ADVICE);
  const key = readKey(json["priv_key"], PRIVATE_KEY_TYPE, PRIVATE_KEY_BYTES);
  if (key === undefined) {
    throw homeFile({ path, problem: `priv_key is not a ${PRIVATE_KEY_TYPE}`, advice: NODE_ADVICE });
  }
  return toHex(truncatedHash(key.subarray(PRIVATE_KEY_BYTES - PUBLIC_KEY_BYTES)));
}

/** Writes a sign state that remembers nothing: only for a validator whose chain starts anew. */
export function writeFreshSignState(path: string): void {
  writeSecretText(path, jsonText({ height: "0", round: 0, step: 0 }));
}

/** Amino JSON of a key: its type and its bytes in base64. */
function readKey(json: unknown, type: string, length: number): Uint8Array | undefined {
  const { type: found, value } = (json ?? {}) as JsonObject;
  if (found !== type || typeof value !== "string") return undefined;
  const bytes = fromBase64(value);
  return bytes?.length === length ? bytes : undefined;
}
