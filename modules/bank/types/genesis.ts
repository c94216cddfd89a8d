import { GenesisState } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { attempt } from "#core/codec/attempt.js";
import { parseAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { areCanonicalCoins, type Coin, formatCoins, isDenom } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import { addCoins } from "./coins.js";
import { invalidGenesis } from "./errors.js";
import { validateMetadata } from "./metadata.js";
import { defaultParams } from "./params.js";

/** The genesis of a chain without coins. */
export function defaultGenesis(): GenesisState {
  return GenesisState.create({ params: defaultParams() });
}

/**
 * Refuses malformed balances, addresses and denominations that occur twice, metadata that the SDK
 * refuses, and a supply that is not the sum of the balances; an empty supply stands for that sum,
 * as in the SDK. Errors are `bank/100` and name the path.
 */
export function validateGenesis(genesis: GenesisState): void {
  validateSendEnabled(genesis);
  const sum = sumOfBalances(genesis);
  if (!areCanonicalCoins(sum)) {
    throw invalidGenesis({ at: "bank.balances", problem: "they add up to more than 256 bits" });
  }
  const [stated, found] = [formatCoins(genesis.supply), formatCoins(sum)];
  if (genesis.supply.length > 0 && stated !== found) {
    throw invalidGenesis({ at: "bank.supply", problem: "not the sum of balances", stated, found });
  }
  requireOnce(
    genesis.denomMetadata.map(({ base }) => base),
    "bank.denom_metadata",
  );
  for (const [index, metadata] of genesis.denomMetadata.entries()) {
    validateMetadata(metadata, `bank.denom_metadata[${index}]`);
  }
}

function sumOfBalances(genesis: GenesisState): readonly Coin[] {
  const seen = new Set<string>();
  let sum: readonly Coin[] = [];
  for (const [index, { address, coins }] of genesis.balances.entries()) {
    const at = `bank.balances[${index}]`;
    const parsed = attempt(() => parseAddress("account", address));
    if (parsed instanceof ChainError) throw invalidGenesis({ at, problem: parsed.message });
    const owner = toHex(parsed);
    if (seen.has(owner)) throw invalidGenesis({ at, problem: "address occurs twice" });
    seen.add(owner);
    if (!areCanonicalCoins(coins)) {
      throw invalidGenesis({ at, problem: "coins are not sorted, unique and positive" });
    }
    sum = addCoins(sum, coins);
  }
  return sum;
}

/** The parameters' list is the one that the SDK deprecates; a file may use either. */
function validateSendEnabled({ params, sendEnabled }: GenesisState): void {
  if (params.sendEnabled.length > 0 && sendEnabled.length > 0) {
    throw invalidGenesis({ at: "bank.send_enabled", problem: "the parameters have a list too" });
  }
  const denoms = [...params.sendEnabled, ...sendEnabled].map(({ denom }) => denom);
  requireOnce(denoms, "bank.send_enabled");
  const invalid = denoms.find((denom) => !isDenom(denom));
  if (invalid !== undefined) {
    throw invalidGenesis({ at: "bank.send_enabled", problem: "not a denomination", invalid });
  }
}

function requireOnce(denoms: readonly string[], at: string): void {
  const twice = denoms.find((denom, index) => denoms.indexOf(denom) !== index);
  if (twice !== undefined) throw invalidGenesis({ at, problem: "occurs twice", denom: twice });
}
