import { assert } from "#core/primitives/assert.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { type Address, truncatedHash } from "./address.js";

/** Amino's name hashes of public keys, with the length of those that have one length. */
const MULTISIG_PREFIX = Uint8Array.of(0x22, 0xc1, 0xf7, 0xe2);
const SECP256K1_PREFIX = Uint8Array.of(0xeb, 0x5a, 0xe9, 0x87, 33);
const ED25519_PREFIX = Uint8Array.of(0x16, 0x24, 0xde, 0x64, 32);

/** Amino encoding of a compressed secp256k1 key. */
export function aminoSecp256k1Key(key: Uint8Array): Uint8Array {
  assert(key.length === 33, "aminoSecp256k1Key: the key is compressed");
  return concatBytes(SECP256K1_PREFIX, key);
}

/** Amino encoding of an ed25519 key. */
export function aminoEd25519Key(key: Uint8Array): Uint8Array {
  assert(key.length === 32, "aminoEd25519Key: the key has 32 bytes");
  return concatBytes(ED25519_PREFIX, key);
}

/**
 * Amino encoding of a multisig (LegacyAminoPubKey of the SDK) over the amino encodings of its keys,
 * whose order is part of the identity. Multisigs may be nested.
 */
export function aminoMultisigKey(threshold: number, keys: readonly Uint8Array[]): Uint8Array {
  assert(threshold >= 1 && threshold <= keys.length, "aminoMultisigKey: a possible threshold");
  const parts = keys.flatMap((key) => [Uint8Array.of(0x12), uvarint(key.length), key]);
  return concatBytes(MULTISIG_PREFIX, Uint8Array.of(0x08), uvarint(threshold), ...parts);
}

/** Address of a multisig by its amino encoding: the first 20 bytes of sha256. */
export function aminoKeyAddress(amino: Uint8Array): Address {
  return truncatedHash(amino);
}

/** Address of a multisig of compressed secp256k1 keys. */
export function multisigAddress(threshold: number, publicKeys: readonly Uint8Array[]): Address {
  return aminoKeyAddress(aminoMultisigKey(threshold, publicKeys.map(aminoSecp256k1Key)));
}

function uvarint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, value);
}
