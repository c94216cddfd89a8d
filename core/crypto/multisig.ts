import { assert } from "#core/primitives/assert.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { truncatedHash, type Address } from "./address.js";

/** Amino's name hashes of PubKeyMultisigThreshold and of PubKeySecp256k1 with its length. */
const MULTISIG_PREFIX = Uint8Array.of(0x22, 0xc1, 0xf7, 0xe2);
const SECP256K1_PREFIX = Uint8Array.of(0xeb, 0x5a, 0xe9, 0x87, 33);

/** Most keys of one multisig; amino writes the threshold as one byte below this. */
const KEYS_MAX = 127;

/**
 * Address of a multisig of compressed secp256k1 keys (LegacyAminoPubKey of the SDK): the first 20
 * bytes of sha256 of its amino encoding. The order of the keys is part of the identity.
 */
export function multisigAddress(threshold: number, publicKeys: readonly Uint8Array[]): Address {
  assert(publicKeys.length <= KEYS_MAX, "multisigAddress: at most 127 keys");
  assert(threshold >= 1 && threshold <= publicKeys.length, "multisigAddress: a possible threshold");
  const keys = publicKeys.flatMap((key) => {
    assert(key.length === 33, "multisigAddress: the keys are compressed");
    return [Uint8Array.of(0x12, SECP256K1_PREFIX.length + key.length), SECP256K1_PREFIX, key];
  });
  return truncatedHash(concatBytes(MULTISIG_PREFIX, Uint8Array.of(0x08, threshold), ...keys));
}
