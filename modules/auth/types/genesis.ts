import { parseAddress } from "#core/crypto/address.js";
import {
  BaseAccount,
  type GenesisState,
  ModuleAccount,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { invalidGenesis } from "./errors.js";
import { defaultParams, validateParams } from "./params.js";

/** The genesis of a chain without accounts. */
export function defaultGenesis(): GenesisState {
  return { params: defaultParams(), accounts: [] };
}

/** Refuses unknown account types, malformed addresses and addresses that occur twice. */
export function validateGenesis(genesis: GenesisState): void {
  validateParams(genesis.params);
  const seen = new Set<string>();
  for (const [index, packed] of genesis.accounts.entries()) {
    const at = `auth.accounts[${index}]`;
    const address = baseAccountOf(packed.typeUrl, packed.value)?.address;
    if (address === undefined) throw invalidGenesis({ at, problem: "unknown account type" });
    parseAddress("account", address);
    if (seen.has(address)) throw invalidGenesis({ at, problem: "address occurs twice", address });
    seen.add(address);
  }
}

/** The BaseAccount inside an account's Any. */
export function baseAccountOf(typeUrl: string, value: Uint8Array): BaseAccount | undefined {
  if (typeUrl === BaseAccount.typeUrl) return BaseAccount.decode(value);
  if (typeUrl === ModuleAccount.typeUrl) return ModuleAccount.decode(value).baseAccount;
  return undefined;
}
