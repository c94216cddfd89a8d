import { assert } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import type { Unit } from "#core/primitives/units.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";
import { ripemd160, sha256 } from "./hash.js";

/** 20 bytes that name an account, an operator (the account of a validator) or a consensus key. */
export type Address = Unit<Uint8Array, "Address">;

/** Bytes of every address of this chain. */
export const ADDRESS_BYTES = 20;

/** Bech32 prefixes: addresses by what they name, and the SDK's prefixes of public keys. */
export const BECH32_PREFIX = {
  account: "nesa",
  accountPub: "nesapub",
  operator: "nesavaloper",
  operatorPub: "nesavaloperpub",
  consensus: "nesavalcons",
  consensusPub: "nesavalconspub",
} as const;

/** What an address names; it decides the bech32 prefix. */
export type AddressKind = "account" | "operator" | "consensus";

/** Brands bytes as an address; fails with `sdk/7 invalid address` unless they are 20. */
export function toAddress(bytes: Uint8Array): Address {
  if (bytes.length !== ADDRESS_BYTES) throw invalidAddress({ problem: wrongLength(bytes) });
  return bytes as Address;
}

/** Address of an account: ripemd160(sha256(key)) of a 33-byte compressed secp256k1 key. */
export function accountAddress(publicKey: Uint8Array): Address {
  assert(publicKey.length === 33, "accountAddress: the key is compressed");
  return ripemd160(sha256(publicKey)) as Address;
}

/** Address of a validator's consensus key: first 20 bytes of sha256 of the 32-byte ed25519 key. */
export function consensusAddress(publicKey: Uint8Array): Address {
  assert(publicKey.length === 32, "consensusAddress: the key is an ed25519 key");
  return truncatedHash(publicKey);
}

/** Module names remembered; a chain has a dozen. */
const MAX_MODULES = 64;
const moduleAddresses = new Map<string, Address>();

/**
 * Address of a module's account: first 20 bytes of sha256 of its name, as in the SDK. Remembered:
 * every transfer asks whether its receiver is a module.
 */
export function moduleAddress(name: string): Address {
  const known = moduleAddresses.get(name);
  if (known !== undefined) return known.slice() as Address;
  const address = truncatedHash(utf8(name));
  if (moduleAddresses.size < MAX_MODULES) moduleAddresses.set(name, address.slice() as Address);
  return address;
}

/** First 20 bytes of sha256, as CometBFT and amino derive addresses. */
export function truncatedHash(bytes: Uint8Array): Address {
  return sha256(bytes).slice(0, ADDRESS_BYTES) as Address;
}

/** Bech32 text of an address, lower case. */
export function formatAddress(kind: AddressKind, address: Address): string {
  return encodeBech32(BECH32_PREFIX[kind], address);
}

/**
 * Address of bech32 text with the prefix of `kind`. Fails with `sdk/7 invalid address`, whose
 * details say what is wrong with it.
 */
export function parseAddress(kind: AddressKind, text: string): Address {
  const decoded = decodeBech32(text);
  if ("problem" in decoded) throw invalidAddress({ address: text, problem: decoded.problem });
  const prefix = BECH32_PREFIX[kind];
  if (decoded.prefix !== prefix) {
    throw invalidAddress({ address: text, problem: `its prefix is not ${prefix}` });
  }
  if (decoded.bytes.length !== ADDRESS_BYTES) {
    throw invalidAddress({ address: text, problem: wrongLength(decoded.bytes) });
  }
  return decoded.bytes as Address;
}

function wrongLength(bytes: Uint8Array): string {
  return `it has ${bytes.length} bytes, not ${ADDRESS_BYTES}`;
}
