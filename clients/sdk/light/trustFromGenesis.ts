import { attempt } from "#core/codec/attempt.js";
import type { JsonValue } from "#core/codec/json.js";
import { trustFromGenesisValidators } from "#core/comet/lightClient.js";
import { ChainError } from "#core/primitives/errors.js";
import { SdkError } from "../errors.js";
import { lightBlock } from "../rpc/lightBlock.js";
import type { CallOptions } from "../rpc/transport.js";
import { compareWithWitness } from "./compareWithWitness.js";
import { genesisTrust } from "./genesisTrust.js";
import { LightClient } from "./lightClient.js";
import { type LightClientOptions, lightOptions } from "./lightClientOptions.js";

/**
 * A light client that trusts a genesis file, parsed as JSON: the first header must carry the
 * signatures of the validators that follow from the file. The file must come from a trusted place,
 * and the chain must be younger than the trusting period; use `trustFromHeader` for an older one.
 * Fails with `GENESIS_INVALID`, `HEADER_UNVERIFIED` or `HEADERS_DISAGREE`.
 *
 * @example
 * const light = await trustFromGenesis(genesisJson, { primary: rpc });
 */
export async function trustFromGenesis(
  genesisJson: JsonValue,
  options: LightClientOptions,
  { signal }: CallOptions = {},
): Promise<LightClient> {
  const genesis = genesisTrust(genesisJson);
  const height = genesis.initialHeight;
  const block = await lightBlock(options.primary, height, { signal });
  const state = attempt(() => trustFromGenesisValidators(genesis, block, lightOptions(options)));
  if (state instanceof ChainError) throw new SdkError("HEADER_UNVERIFIED", { height }, state);
  const { header } = block.signedHeader;
  await compareWithWitness(options, header, { signal });
  return new LightClient(options, { state, header });
}
