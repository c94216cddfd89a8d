import type { JsonValue } from "#core/codec/json.js";
import type { StoreProver } from "../query/storeProver.js";
import type { CallOptions } from "../rpc/transport.js";
import type { LightClientOptions } from "./lightClientOptions.js";
import { storeProver } from "./storeProver.js";
import { trustFromGenesis } from "./trustFromGenesis.js";

/**
 * A prover of what the primary endpoint answers, by a light client that trusts a genesis file.
 * Errors are those of `trustFromGenesis`.
 *
 * @example
 * const prover = await proverFromGenesis(genesisJson, { primary: rpc, witness: otherRpc });
 */
export async function proverFromGenesis(
  genesisJson: JsonValue,
  options: LightClientOptions,
  callOptions?: CallOptions,
): Promise<StoreProver> {
  const light = await trustFromGenesis(genesisJson, options, callOptions);
  return storeProver(options.primary, light);
}
