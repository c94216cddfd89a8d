import { type AddressKind, formatAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import type { KeyRecord } from "#node/keyring/keyring.js";

/** A key as `keys` commands print it, in the form of the Cosmos SDK. */
export interface PrintedKey {
  readonly name: string;
  readonly type: KeyRecord["type"];
  readonly address: string;
  /** JSON of the public key, as the SDK has it. */
  readonly pubkey: string;
}

/** What `--bech` may say, and which address it means. */
export const BECH_KINDS: Readonly<Record<"acc" | "val" | "cons", AddressKind>> = {
  acc: "account",
  val: "operator",
  cons: "consensus",
};

/** A key with its address as an account, an operator or a consensus key. */
export function printedKey(record: KeyRecord, kind: AddressKind = "account"): PrintedKey {
  const { name, type, address } = record;
  return {
    name,
    type,
    address: formatAddress(kind, address),
    pubkey: JSON.stringify(publicKeyJson(record)),
  };
}

function publicKeyJson({ publicKey, multisig }: KeyRecord): object {
  if (multisig === undefined) return singleKeyJson(publicKey);
  const { threshold, publicKeys } = multisig;
  const public_keys = publicKeys.map(singleKeyJson);
  return { "@type": "/cosmos.crypto.multisig.LegacyAminoPubKey", threshold, public_keys };
}

function singleKeyJson(publicKey: Uint8Array): object {
  return { "@type": "/cosmos.crypto.secp256k1.PubKey", key: toBase64(publicKey) };
}

/** Names and values of a key, for people. */
export function keyPairs({
  name,
  type,
  address,
  pubkey,
}: PrintedKey): ReadonlyArray<readonly [string, string]> {
  return [
    ["name", name],
    ...(type === "local" ? [] : [["type", type] as const]),
    ["address", address],
    ["pubkey", pubkey],
  ];
}
