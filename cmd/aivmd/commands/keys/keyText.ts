import { type AddressKind, formatAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import type { KeyRecord } from "#node/keyring/keyring.js";

/** A key as `keys` commands print it, in the form of the Cosmos SDK. */
export interface PrintedKey {
  readonly name: string;
  readonly type: "local";
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
export function printedKey(
  { name, address, publicKey }: KeyRecord,
  kind: AddressKind = "account",
): PrintedKey {
  const key = { "@type": "/cosmos.crypto.secp256k1.PubKey", key: toBase64(publicKey) };
  return {
    name,
    type: "local",
    address: formatAddress(kind, address),
    pubkey: JSON.stringify(key),
  };
}

/** Names and values of a key, for people. */
export function keyPairs({
  name,
  address,
  pubkey,
}: PrintedKey): ReadonlyArray<readonly [string, string]> {
  return [
    ["name", name],
    ["address", address],
    ["pubkey", pubkey],
  ];
}
