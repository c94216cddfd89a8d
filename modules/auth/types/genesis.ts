import {
  BaseAccount,
  type GenesisState,
  ModuleAccount,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { attempt } from "#core/codec/attempt.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { moduleAddress, parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { ChainError } from "#core/primitives/errors.js";
import { type Account, unpackAccount } from "./account.js";
import { invalidGenesis } from "./errors.js";
import { defaultParams, validateParams } from "./params.js";
import { publicKeyAddress, unpackPublicKey } from "./publicKey.js";

/** Numbers and sequences of a file are below this, so that those to come fit 64 bits. */
const COUNTER_END = 1n << 63n;

/** The genesis of a chain without accounts. */
export function defaultGenesis(): GenesisState {
  return { params: defaultParams(), accounts: [] };
}

/**
 * Refuses unknown account types, malformed addresses, addresses that occur twice, numbers and
 * sequences of 2^63 and above, public keys that are not those of their accounts and modules'
 * accounts at other addresses than their own. Errors are `auth/2` and name the path.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  const seen = new Set<string>();
  for (const [index, packed] of genesis.accounts.entries()) {
    const at = `auth.accounts[${index}]`;
    const account = attempt(() => readAccount(packed));
    if (account === undefined) throw invalidGenesis({ at, problem: "unknown account type" });
    if (account instanceof ChainError) throw invalidGenesis({ at, problem: account.message });
    const key = toHex(account.address);
    if (seen.has(key)) throw invalidGenesis({ at, problem: "address occurs twice" });
    seen.add(key);
    validateAccount(account, at);
  }
}

/** The account of an entry; undefined for an entry of another type. */
export function readAccount(packed: PackedMessage): Account | undefined {
  const base = baseAccountOf(packed);
  return base && unpackAccount(packed, parseAddress("account", base.address));
}

function baseAccountOf({ typeUrl, value }: PackedMessage): BaseAccount | undefined {
  if (typeUrl === BaseAccount.typeUrl) return BaseAccount.decode(value);
  if (typeUrl === ModuleAccount.typeUrl) return ModuleAccount.decode(value).baseAccount;
  return undefined;
}

function validateAccount(account: Account, at: string): void {
  const { address, module } = account;
  if (account.number >= COUNTER_END || account.sequence >= COUNTER_END) {
    throw invalidGenesis({ at, problem: "number or sequence is 2^63 or above" });
  }
  validatePublicKey(account, at);
  if (module === undefined) return;
  if (!equalBytes(moduleAddress(module.name), address)) {
    throw invalidGenesis({ at, problem: `this is not the address of module ${module.name}` });
  }
}

function validatePublicKey({ address, publicKey }: Account, at: string): void {
  if (publicKey === undefined) return;
  const key = attempt(() => unpackPublicKey(publicKey));
  if (key instanceof ChainError) throw invalidGenesis({ at, problem: key.message });
  if (equalBytes(publicKeyAddress(key), address)) return;
  throw invalidGenesis({ at, problem: "the public key is another account's" });
}
