import { PubKey as Ed25519PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { accountAddress, type Address } from "#core/crypto/address.js";
import {
  aminoEd25519Key,
  aminoKeyAddress,
  aminoMultisigKey,
  aminoSecp256k1Key,
} from "#core/crypto/multisig.js";
import { invalidPubKey } from "#core/primitives/sdkErrors.js";

/** Bytes of a compressed secp256k1 key, which single accounts sign with. */
export const PUBLIC_KEY_BYTES = 33;

const ED25519_BYTES = 32;

/** Multisigs within multisigs; nobody has more than two, and the hashing must have an end. */
const MULTISIG_DEPTH_MAX = 8;

/** A key that an account signs with: one, or a threshold of several. */
export type AccountKey = SingleKey | MultisigKey;

/** One key. An ed25519 key may be part of a multisig, as in the SDK, but cannot sign. */
export interface SingleKey {
  readonly kind: "secp256k1" | "ed25519";
  readonly key: Uint8Array;
}

/** A threshold of keys, each of which may be a multisig again; their order counts. */
export interface MultisigKey {
  readonly kind: "multisig";
  readonly threshold: number;
  readonly keys: readonly AccountKey[];
}

/** The Any in which transactions and accounts hold a single key. */
export function packPublicKey(key: Uint8Array): PackedMessage {
  return pack(PubKey, { key });
}

/** The Any of a multisig of compressed secp256k1 keys. */
export function packMultisig(threshold: number, keys: readonly Uint8Array[]): PackedMessage {
  return pack(LegacyAminoPubKey, { threshold, publicKeys: keys.map(packPublicKey) });
}

/**
 * The key of an account. Fails with `sdk/8 invalid pubkey` for keys of other types or lengths and
 * impossible thresholds, and with codec errors for bytes that are no key.
 */
export function unpackPublicKey(packed: PackedMessage): AccountKey {
  const { typeUrl } = packed;
  if (typeUrl === PubKey.typeUrl) return secp256k1Key(packed);
  if (typeUrl === LegacyAminoPubKey.typeUrl) return multisigKey(packed, MULTISIG_DEPTH_MAX);
  throw unrecognized(typeUrl);
}

/** The address of the account that signs with a key. */
export function publicKeyAddress(key: AccountKey): Address {
  if (key.kind === "secp256k1") return accountAddress(key.key);
  return aminoKeyAddress(aminoKey(key));
}

/** Single keys of a key, each as often as it occurs. */
export function countKeys(key: AccountKey): number {
  if (key.kind !== "multisig") return 1;
  return key.keys.reduce((count, one) => count + countKeys(one), 0);
}

function aminoKey(key: AccountKey): Uint8Array {
  switch (key.kind) {
    case "secp256k1":
      return aminoSecp256k1Key(key.key);
    case "ed25519":
      return aminoEd25519Key(key.key);
    case "multisig":
      return aminoMultisigKey(key.threshold, key.keys.map(aminoKey));
  }
}

function multisigKey({ value }: PackedMessage, depth: number): MultisigKey {
  if (depth === 0) throw invalidPubKey({ problem: "multisigs are nested too deep" });
  const { threshold, publicKeys } = LegacyAminoPubKey.decode(value);
  if (threshold < 1 || threshold > publicKeys.length) {
    const problem = `a multisig of ${publicKeys.length} keys cannot have the threshold ${threshold}`;
    throw invalidPubKey({ problem });
  }
  return {
    kind: "multisig",
    threshold,
    keys: publicKeys.map((packed) => multisigPart(packed, depth - 1)),
  };
}

function multisigPart(packed: PackedMessage, depth: number): AccountKey {
  switch (packed.typeUrl) {
    case PubKey.typeUrl:
      return secp256k1Key(packed);
    case Ed25519PubKey.typeUrl:
      return ed25519Key(packed);
    case LegacyAminoPubKey.typeUrl:
      return multisigKey(packed, depth);
    default:
      throw unrecognized(packed.typeUrl);
  }
}

function secp256k1Key({ value }: PackedMessage): SingleKey {
  const { key } = PubKey.decode(value);
  if (key.length === PUBLIC_KEY_BYTES) return { kind: "secp256k1", key };
  throw invalidPubKey({ problem: `a compressed key has ${PUBLIC_KEY_BYTES} bytes` });
}

function ed25519Key({ value }: PackedMessage): SingleKey {
  const { key } = Ed25519PubKey.decode(value);
  if (key.length === ED25519_BYTES) return { kind: "ed25519", key };
  throw invalidPubKey({ problem: `an ed25519 key has ${ED25519_BYTES} bytes` });
}

function unrecognized(typeUrl: string): Error {
  return invalidPubKey({ problem: `unrecognized public key type: ${typeUrl}` });
}
