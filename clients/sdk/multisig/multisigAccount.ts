import { LegacyAminoPubKey } from "#core/codec/generated/cosmos/crypto/multisig.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { multisigAddress } from "#core/crypto/multisig.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { SdkError } from "../errors.js";

/** Keys that a transaction may have; the chain's parameter `tx_sig_limit` as it is by default. */
const KEYS_MAX = 7;

/** An account that several keys sign for. */
export interface MultisigAccount {
  /** Bech32 address of the account. */
  readonly address: string;
  readonly threshold: number;
  /** Compressed secp256k1 keys; their order is part of the address. */
  readonly publicKeys: readonly Uint8Array[];
}

/** How the keys are ordered. */
export interface MultisigOptions {
  /** In the order in which they are given; by their addresses unless given, as wallets have it. */
  readonly keepOrder?: boolean | undefined;
}

/**
 * The account of which any `threshold` of up to seven keys sign. Fails with `INVALID_ARGUMENT`.
 *
 * @example
 * const treasury = multisigAccount(2, publicKeys);
 */
export function multisigAccount(
  threshold: number,
  publicKeys: readonly Uint8Array[],
  { keepOrder = false }: MultisigOptions = {},
): MultisigAccount {
  check(threshold, publicKeys);
  const keys = keepOrder ? publicKeys : [...publicKeys].sort(byAddress);
  const address = formatAddress("account", multisigAddress(threshold, keys));
  return { address, threshold, publicKeys: keys };
}

/** The public key of a multisig account as transactions hold it. */
export function packMultisigKey({ threshold, publicKeys }: MultisigAccount): PackedMessage {
  return pack(LegacyAminoPubKey, {
    threshold,
    publicKeys: publicKeys.map((key) => pack(PubKey, { key })),
  });
}

function check(threshold: number, publicKeys: readonly Uint8Array[]): void {
  const count = publicKeys.length;
  if (count < 1 || count > KEYS_MAX) {
    throw invalid("publicKeys", `a multisig has 1 to ${KEYS_MAX} keys, not ${count}`);
  }
  const wrong = publicKeys.find((key) => key.length !== 33);
  if (wrong !== undefined) {
    throw invalid("publicKeys", `a compressed key has 33 bytes, not ${wrong.length}`);
  }
  if (Number.isInteger(threshold) && threshold >= 1 && threshold <= count) return;
  throw invalid("threshold", `must be from 1 to ${count}, the number of keys: ${threshold}`);
}

function byAddress(a: Uint8Array, b: Uint8Array): number {
  return compareBytes(accountAddress(a), accountAddress(b));
}

function invalid(argument: string, problem: string): SdkError<"INVALID_ARGUMENT"> {
  return new SdkError("INVALID_ARGUMENT", { argument, problem });
}
