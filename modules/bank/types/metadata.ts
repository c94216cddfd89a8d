import type { DenomUnit, Metadata } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { isDenom } from "#core/primitives/coin.js";
import { invalidGenesis } from "./errors.js";

/**
 * Refuses metadata that wallets could not show, by the SDK's rules: a name and a symbol; units that
 * begin with the base at exponent 0, ascend by exponent and have the display unit among them.
 * Errors are `bank/100` with the path `at`.
 */
export function validateMetadata(metadata: Metadata, at: string): void {
  const problem = problemOf(metadata) ?? problemOfUnits(metadata.denomUnits);
  if (problem !== undefined) throw invalidGenesis({ at, problem });
}

function problemOf({ base, denomUnits, display, name, symbol }: Metadata): string | undefined {
  if (isBlank(name)) return "name is blank";
  if (isBlank(symbol)) return "symbol is blank";
  const [first] = denomUnits;
  if (first?.denom !== base || first.exponent !== 0) {
    return "the first unit is not the base with exponent 0";
  }
  const shown = denomUnits.some(({ denom }) => denom === display);
  return shown ? undefined : "no unit is the display unit";
}

function problemOfUnits(units: readonly DenomUnit[]): string | undefined {
  const seen = new Set<string>();
  let previous = -1;
  for (const { aliases, denom, exponent } of units) {
    if (!isDenom(denom)) return `unit ${denom} is not a denomination`;
    if (seen.has(denom)) return `unit ${denom} occurs twice`;
    if (exponent <= previous) return "units do not ascend by exponent";
    if (aliases.some(isBlank)) return `an alias of ${denom} is blank`;
    if (new Set(aliases).size !== aliases.length) return `an alias of ${denom} occurs twice`;
    seen.add(denom);
    previous = exponent;
  }
  return undefined;
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}
