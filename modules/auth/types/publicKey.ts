import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { invalidPubKey } from "#core/primitives/sdkErrors.js";

/** Bytes of a compressed secp256k1 key, the only kind of key that accounts sign with. */
export const PUBLIC_KEY_BYTES = 33;

/** The Any in which transactions and accounts hold a key. */
export function packPublicKey(key: Uint8Array): PackedMessage {
  return pack(PubKey, { key });
}

/**
 * The 33 bytes of a packed key. Fails with `sdk/8 invalid pubkey` for keys of other types or
 * lengths, and with codec errors for bytes that are no key.
 */
export function unpackPublicKey(packed: PackedMessage): Uint8Array {
  if (packed.typeUrl !== PubKey.typeUrl) {
    throw invalidPubKey({ problem: `unrecognized public key type: ${packed.typeUrl}` });
  }
  const { key } = PubKey.decode(packed.value);
  if (key.length !== PUBLIC_KEY_BYTES) {
    throw invalidPubKey({ problem: `a compressed key has ${PUBLIC_KEY_BYTES} bytes` });
  }
  return key;
}
