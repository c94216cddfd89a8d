import type { Params as ProviderParams } from "#core/codec/generated/aivm/staking/v1.js";
import type { Params as SlashingParams } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import type { Params as StakingParams } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Instant } from "#core/codec/civilTime.js";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { isDenom } from "#core/primitives/coin.js";
import { DEC_ONE, decRound } from "#core/primitives/dec.js";
import { parseDecBytes, parseDecDigits } from "./decText.js";
import { invalidGenesis } from "./errors.js";
import { MAX_DURATION_SECONDS } from "./limits.js";

/** Most validators of a set: CometBFT's commits and our per-block work grow with it. */
const MAX_VALIDATORS = 10_000;

/** Most unbonding entries of a pair, which are one record. */
const MAX_ENTRIES = 100;

/** Longest window, in blocks: its missed blocks are 977 chunks, which a jailing clears. */
const MAX_WINDOW = 1_000_000n;

/** The SDK's defaults, but 100 historical entries; the README gives the reasons. */
export function defaultStakingParams(): StakingParams {
  return {
    unbondingTime: { seconds: 21n * 86_400n, nanos: 0 },
    maxValidators: 100,
    maxEntries: 7,
    historicalEntries: 100,
    bondDenom: "unes",
    minCommissionRate: "0",
  };
}

/** The SDK's defaults. */
export function defaultSlashingParams(): SlashingParams {
  return {
    signedBlocksWindow: 100n,
    minSignedPerWindow: decBytes(DEC_ONE / 2n),
    downtimeJailDuration: { seconds: 600n, nanos: 0 },
    slashFractionDoubleSign: decBytes(DEC_ONE / 20n),
    slashFractionDowntime: decBytes(DEC_ONE / 100n),
  };
}

/** Defaults of this chain's own parameters; the README gives the reasons. */
export function defaultProviderParams(): ProviderParams {
  return { vrfKeyDelayBlocks: 100n };
}

/** Refuses parameters with which staking could not work. */
export function validateStakingParams(params: StakingParams): void {
  const refuse = refusalAt("staking.params");
  if (!isDuration(params.unbondingTime)) refuse("unbonding_time", "not positive, or too long");
  if (params.maxValidators === 0 || params.maxValidators > MAX_VALIDATORS) {
    refuse("max_validators", `not in [1, ${MAX_VALIDATORS}]`);
  }
  if (params.maxEntries === 0 || params.maxEntries > MAX_ENTRIES) {
    refuse("max_entries", `not in [1, ${MAX_ENTRIES}]`);
  }
  if (!isDenom(params.bondDenom)) refuse("bond_denom", "not a denomination");
  if (!isFraction(parseDecDigits(params.minCommissionRate))) {
    refuse("min_commission_rate", "not in [0, 1]");
  }
}

/** Refuses parameters with which slashing could not work. */
export function validateSlashingParams(params: SlashingParams): void {
  const refuse = refusalAt("slashing.params");
  if (params.signedBlocksWindow <= 0n || params.signedBlocksWindow > MAX_WINDOW) {
    refuse("signed_blocks_window", `not in [1, ${MAX_WINDOW}]`);
  }
  if (!isDuration(params.downtimeJailDuration)) {
    refuse("downtime_jail_duration", "not positive, or too long");
  }
  const fractions: ReadonlyArray<readonly [string, Uint8Array]> = [
    ["min_signed_per_window", params.minSignedPerWindow],
    ["slash_fraction_double_sign", params.slashFractionDoubleSign],
    ["slash_fraction_downtime", params.slashFractionDowntime],
  ];
  for (const [field, bytes] of fractions) {
    if (!isFraction(parseDecBytes(bytes))) refuse(field, "not in [0, 1]");
  }
}

/** Refuses a delay below one block: a key must never act at the height that announces it. */
export function validateProviderParams(params: ProviderParams): void {
  if (params.vrfKeyDelayBlocks < 1n) {
    refusalAt("provider.params")("vrf_key_delay_blocks", "not positive");
  }
}

/** Value of a decimal that was validated. */
export function decOf(field: string | Uint8Array): bigint {
  const value = typeof field === "string" ? parseDecDigits(field) : parseDecBytes(field);
  return assertDefined(value, "decimals are validated before they are used");
}

/** Blocks of a window that may be missed: window minus the signed part, ties to even as the SDK. */
export function maxMissedBlocks(params: SlashingParams): bigint {
  const { signedBlocksWindow, minSignedPerWindow } = params;
  return signedBlocksWindow - decRound(decOf(minSignedPerWindow) * signedBlocksWindow);
}

function decBytes(value: bigint): Uint8Array {
  return utf8(value.toString());
}

function refusalAt(at: string): (field: string, problem: string) => never {
  return (field, problem) => {
    throw invalidGenesis({ at: `${at}.${field}`, problem });
  };
}

function isDuration({ seconds, nanos }: Instant): boolean {
  if (nanos < 0 || seconds < 0n || seconds > MAX_DURATION_SECONDS) return false;
  return seconds > 0n || nanos > 0;
}

function isFraction(value: bigint | undefined): boolean {
  return value !== undefined && value >= 0n && value <= DEC_ONE;
}
