import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import {
  BaseAccount,
  GenesisState as AuthGenesis,
} from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { GenesisState as BankGenesis } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { areCanonicalCoins, type Coin, formatCoins } from "#core/primitives/coin.js";
import { accountExists, invalidGenesisFile } from "./errors.js";
import { editSection, type GenesisDoc } from "./genesisDoc.js";

/** An account of a new chain. */
export interface GenesisAccount {
  /** Bech32. */
  readonly address: string;
  /** In order of their denominations, each once, none zero. */
  readonly coins: readonly Coin[];
}

/**
 * The document with one more account and its balance. Fails with `genesisfile/3` when it is there
 * already, with `genesisfile/2` for coins that are not canonical, and as addresses do.
 */
export function addGenesisAccount(
  doc: GenesisDoc,
  modules: ModuleManager,
  { address, coins }: GenesisAccount,
): GenesisDoc {
  const text = formatAddress("account", parseAddress("account", address));
  if (!areCanonicalCoins(coins)) {
    const problem = `not sorted, unique and positive: ${formatCoins(coins)}`;
    throw invalidGenesisFile({ at: `coins of ${text}`, problem });
  }
  const registry = modules.types;
  const account = pack(BaseAccount, BaseAccount.create({ address: text }));
  const withAccount = editSection(doc, { name: "auth", codec: AuthGenesis, registry }, (auth) => ({
    ...auth,
    accounts: [...auth.accounts, account],
  }));
  return editSection(withAccount, { name: "bank", codec: BankGenesis, registry }, (bank) => {
    if (bank.balances.some((balance) => balance.address === text)) {
      throw accountExists({ address: text });
    }
    // The supply is derived from the balances, so that no two parts of the file can differ.
    return {
      ...bank,
      supply: [],
      balances: [...bank.balances, { address: text, coins: [...coins] }],
    };
  });
}
