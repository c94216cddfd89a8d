import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { accountAddress, type Address, formatAddress } from "#core/crypto/address.js";
import { multisigAddress } from "#core/crypto/multisig.js";
import { fromBase64, toBase64 } from "#core/primitives/bytes.js";

/** What is known of a key without opening it. */
export interface KeyRecord {
  readonly name: string;
  /** Whether its private key is here (`local`), only its public one, or several keys sign. */
  readonly type: "local" | "offline" | "multi";
  /** secp256k1, 33 bytes; empty for a multisig. */
  readonly publicKey: Uint8Array;
  readonly address: Address;
  readonly multisig?: MultisigKeys;
}

/** Keys of which a threshold signs; their order counts. */
export interface MultisigKeys {
  readonly threshold: number;
  /** secp256k1, 33 bytes each. */
  readonly publicKeys: readonly Uint8Array[];
}

const PUBLIC_KEY_BYTES = 33;

/** The record of a multisig, whose threshold must be possible. */
export function multisigRecord(name: string, multisig: MultisigKeys): KeyRecord {
  const address = multisigAddress(multisig.threshold, multisig.publicKeys);
  return { name, type: "multi", publicKey: new Uint8Array(0), address, multisig };
}

/** The record of a key whose private part is elsewhere. */
export function offlineRecord(name: string, publicKey: Uint8Array): KeyRecord {
  return { name, type: "offline", publicKey, address: accountAddress(publicKey) };
}

/** What the file of a key holds besides the private key. */
export function recordToJson({ name, type, address, publicKey, multisig }: KeyRecord): JsonObject {
  const head = { name, type, address: formatAddress("account", address) };
  if (multisig === undefined) return { ...head, public_key: toBase64(publicKey) };
  const { threshold, publicKeys } = multisig;
  return { ...head, threshold, public_keys: publicKeys.map(toBase64) };
}

/** The inverse of {@link recordToJson}; undefined for what is no key. Files without a type are local. */
export function recordFromJson(name: string, json: JsonObject): KeyRecord | undefined {
  const record = parse(name, json);
  if (record === undefined) return undefined;
  return json["address"] === formatAddress("account", record.address) ? record : undefined;
}

function parse(name: string, json: JsonObject): KeyRecord | undefined {
  const { type = "local", public_key: key, public_keys: keys, threshold } = json;
  if (type === "multi") return parseMultisig(name, keys, threshold);
  const publicKey = readKey(key);
  if (publicKey === undefined) return undefined;
  if (type === "offline") return offlineRecord(name, publicKey);
  return type === "local"
    ? { name, type, publicKey, address: accountAddress(publicKey) }
    : undefined;
}

function parseMultisig(
  name: string,
  keys: JsonValue | undefined,
  threshold: JsonValue | undefined,
): KeyRecord | undefined {
  if (!Array.isArray(keys) || typeof threshold !== "number") return undefined;
  const publicKeys = keys.flatMap((key) => readKey(key) ?? []);
  if (publicKeys.length !== keys.length) return undefined;
  const isPossible = Number.isInteger(threshold) && threshold >= 1 && threshold <= keys.length;
  return isPossible ? multisigRecord(name, { threshold, publicKeys }) : undefined;
}

function readKey(text: JsonValue | undefined): Uint8Array | undefined {
  const key = typeof text === "string" ? fromBase64(text) : undefined;
  return key?.length === PUBLIC_KEY_BYTES ? key : undefined;
}
