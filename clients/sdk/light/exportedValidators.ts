import { parseUint } from "#core/primitives/intMath.js";
import { POWER_REDUCTION } from "#modules/staking/types/limits.js";
import type { JsonCursor } from "../rpc/jsonCursor.js";
import { type GenesisValidator, readConsensusKey } from "./genesisValidator.js";

/**
 * Validators of a state that was exported from a running chain: those that are bonded, with the
 * powers that the state records or, where it records none, by their tokens.
 */
export function exportedValidators(state: JsonCursor): GenesisValidator[] {
  const staking = state.optional("staking");
  const records = staking?.optional("validators")?.elements() ?? [];
  const bonded = records.filter(isBonded);
  const recorded = staking?.optional("last_validator_powers")?.elements() ?? [];
  const powers = new Map(
    recorded.map((one) => [one.field("address").text(), one.field("power").int64()]),
  );
  return bonded.map((record) => ({
    pubKey: readConsensusKey(record.field("consensus_pubkey")),
    power: powers.get(record.field("operator_address").text()) ?? powerOf(record),
  }));
}

function isBonded(record: JsonCursor): boolean {
  return record.field("status").text() === "BOND_STATUS_BONDED";
}

function powerOf(record: JsonCursor): bigint {
  const tokens = record.field("tokens");
  const amount = parseUint(tokens.text());
  if (amount === undefined) throw tokens.malformed("not an amount");
  return amount / POWER_REDUCTION;
}
