import { GenesisState, type Metadata } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { areCanonicalCoins, type Coin, formatCoins, isDenom } from "#core/primitives/coin.js";
import { addCoins } from "./coins.js";
import { invalidGenesis } from "./errors.js";

/** The genesis of a chain without coins. */
export function defaultGenesis(): GenesisState {
  return GenesisState.create({ params: { sendEnabled: [], defaultSendEnabled: true } });
}

/**
 * Refuses malformed balances and metadata, addresses that occur twice, and a supply that is not
 * the sum of the balances; an empty supply stands for that sum, as in the SDK.
 */
export function validateGenesis(genesis: GenesisState): void {
  const seen = new Set<string>();
  let sum: readonly Coin[] = [];
  for (const [index, balance] of genesis.balances.entries()) {
    const at = `bank.balances[${index}]`;
    parseAddress("account", balance.address);
    if (seen.has(balance.address)) throw invalidGenesis({ at, problem: "address occurs twice" });
    seen.add(balance.address);
    if (!areCanonicalCoins(balance.coins)) {
      throw invalidGenesis({ at, problem: "coins are not sorted, unique and positive" });
    }
    sum = addCoins(sum, balance.coins);
  }
  const [stated, found] = [formatCoins(genesis.supply), formatCoins(sum)];
  if (genesis.supply.length > 0 && stated !== found) {
    throw invalidGenesis({ at: "bank.supply", problem: "not the sum of balances", stated, found });
  }
  for (const [index, metadata] of genesis.denomMetadata.entries()) {
    validateMetadata(metadata, `bank.denom_metadata[${index}]`);
  }
}

/** Refuses metadata whose base or display unit is not among its units. */
function validateMetadata(metadata: Metadata, at: string): void {
  const units = metadata.denomUnits.map((unit) => unit.denom);
  if (!isDenom(metadata.base)) throw invalidGenesis({ at, problem: "base is not a denomination" });
  for (const denom of [metadata.base, metadata.display]) {
    if (!units.includes(denom)) throw invalidGenesis({ at, problem: `no unit for ${denom}` });
  }
}
