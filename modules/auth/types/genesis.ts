import {
  BaseAccount,
  type GenesisState,
  ModuleAccount,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { accountAddress, moduleAddress, parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { type Account, unpackAccount } from "./account.js";
import { invalidGenesis } from "./errors.js";
import { defaultParams, validateParams } from "./params.js";
import { unpackPublicKey } from "./publicKey.js";

/** The genesis of a chain without accounts. */
export function defaultGenesis(): GenesisState {
  return { params: defaultParams(), accounts: [] };
}

/**
 * Refuses unknown account types, malformed addresses, addresses that occur twice, public keys that
 * are not those of their accounts and modules' accounts at other addresses than their own.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  const seen = new Set<string>();
  for (const [index, packed] of genesis.accounts.entries()) {
    const at = `auth.accounts[${index}]`;
    const account = readAccount(packed);
    if (account === undefined) throw invalidGenesis({ at, problem: "unknown account type" });
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
  const { address, module, publicKey } = account;
  if (publicKey !== undefined) {
    const owner = accountAddress(unpackPublicKey(publicKey));
    if (!equalBytes(owner, address)) {
      throw invalidGenesis({ at, problem: "the public key is another account's" });
    }
  }
  if (module === undefined) return;
  if (!equalBytes(moduleAddress(module.name), address)) {
    throw invalidGenesis({ at, problem: `this is not the address of module ${module.name}` });
  }
}
