import { compareBig, compareText } from "#core/primitives/sorted.js";
import { parseUint } from "#core/primitives/intMath.js";
import { POWER_REDUCTION } from "#modules/staking/types/limits.js";
import type { JsonCursor } from "../rpc/jsonCursor.js";
import { type GenesisValidator, readConsensusKey } from "./genesisValidator.js";

const CREATE_VALIDATOR = "/cosmos.staking.v1beta1.MsgCreateValidator";
const REGISTER_PROVIDER = "/aivm.staking.v1.MsgRegisterProvider";

interface CreatedValidator extends GenesisValidator {
  readonly operator: string;
}

/**
 * Validators that the genesis transactions create: power is the self-delegation, rounded down to
 * whole units. As in the chain, only those with a VRF key are in the set, and of more than
 * `max_validators` the strongest, then the first by address.
 */
export function createdValidators(state: JsonCursor): GenesisValidator[] {
  const messages = genesisMessages(state);
  const registered = new Set([...providers(messages), ...knownProviders(state)]);
  const created = messages.filter((message) => typeOf(message) === CREATE_VALIDATOR).map(read);
  const strongest = created
    .filter(({ operator, power }) => registered.has(operator) && power > 0n)
    .sort((a, b) => compareBig(b.power, a.power) || compareText(a.operator, b.operator));
  return strongest.slice(0, maxValidators(state) ?? strongest.length);
}

function genesisMessages(state: JsonCursor): JsonCursor[] {
  const txs = state.optional("genutil")?.optional("gen_txs")?.elements() ?? [];
  return txs.flatMap((tx) => tx.field("body").field("messages").elements());
}

function typeOf(message: JsonCursor): string {
  return message.field("@type").text();
}

function read(message: JsonCursor): CreatedValidator {
  const amount = message.field("value").field("amount");
  const tokens = parseUint(amount.text());
  if (tokens === undefined) throw amount.malformed("not an amount");
  return {
    operator: message.field("validator_address").text(),
    pubKey: readConsensusKey(message.field("pubkey")),
    power: tokens / POWER_REDUCTION,
  };
}

function providers(messages: readonly JsonCursor[]): string[] {
  return messages
    .filter((message) => typeOf(message) === REGISTER_PROVIDER)
    .map((message) => message.field("operator_address").text());
}

function knownProviders(state: JsonCursor): string[] {
  const known = state.optional("provider")?.optional("providers")?.elements() ?? [];
  return known.map((provider) => provider.field("operator_address").text());
}

function maxValidators(state: JsonCursor): number | undefined {
  const params = state.optional("staking")?.optional("params");
  return params?.optional("max_validators")?.int32();
}
