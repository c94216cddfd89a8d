import type { Validator } from "#core/codec/generated/tendermint/types.js";
import type { JsonValue } from "#core/codec/json.js";
import type { GenesisTrust } from "#core/comet/lightClient.js";
import { findTimeNs } from "#core/comet/time.js";
import { findValidatorAddress } from "#core/comet/validators.js";
import { SdkError } from "../errors.js";
import { readPublicKey } from "../rpc/cometTypes.js";
import { JsonCursor } from "../rpc/jsonCursor.js";
import { createdValidators } from "./createdValidators.js";
import { exportedValidators } from "./exportedValidators.js";
import type { GenesisValidator } from "./genesisValidator.js";

/**
 * What a genesis file, parsed as JSON, says of the first block: chain, initial height, time, and
 * the validators that will have signed it. Those are, as the chain itself has it, the ones that the
 * genesis transactions create, else those of an exported state, else the list of the file. Fails
 * with `GENESIS_INVALID`.
 *
 * @example
 * const genesis = genesisTrust(genesisJson);
 */
export function genesisTrust(genesisJson: JsonValue): GenesisTrust {
  const genesis = new JsonCursor(genesisJson, "$", (at, problem) => {
    return new SdkError("GENESIS_INVALID", { at, problem });
  });
  const time = genesis.field("genesis_time");
  const timeNs = findTimeNs(time.time());
  if (timeNs === undefined) throw time.malformed("out of range");
  return {
    chainId: genesis.field("chain_id").text(),
    initialHeight: initialHeightOf(genesis),
    timeNs,
    validators: validatorsOf(genesis).map(({ pubKey, power }) => toValidator(pubKey, power)),
  };
}

/** CometBFT takes an absent height and 0 for 1. */
function initialHeightOf(genesis: JsonCursor): bigint {
  const height = genesis.optional("initial_height")?.int64() ?? 0n;
  return height === 0n ? 1n : height;
}

function validatorsOf(genesis: JsonCursor): GenesisValidator[] {
  const state = genesis.optional("app_state");
  const created = state === undefined ? [] : createdValidators(state);
  if (created.length > 0) return created;
  const exported = state === undefined ? [] : exportedValidators(state);
  if (exported.length > 0) return exported;
  const listed = listedValidators(genesis);
  if (listed.length > 0) return listed;
  throw genesis.malformed("no validators: neither created, nor exported, nor listed");
}

/** CometBFT's list is at the top; the SDK has it within `consensus`. */
function listedValidators(genesis: JsonCursor): GenesisValidator[] {
  const list = genesis.optional("validators") ?? genesis.optional("consensus")?.field("validators");
  return (list?.elements() ?? []).map((one) => ({
    pubKey: readPublicKey(one.field("pub_key")),
    power: one.field("power").int64(),
  }));
}

function toValidator(pubKey: Validator["pubKey"], votingPower: bigint): Validator {
  const address = findValidatorAddress(pubKey) ?? new Uint8Array(0);
  return { address, pubKey, votingPower, proposerPriority: 0n };
}
