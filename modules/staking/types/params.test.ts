import { describe, expect, test } from "vitest";
import { utf8 } from "#core/primitives/bytes.js";
import {
  decOf,
  defaultProviderParams,
  defaultSlashingParams,
  defaultStakingParams,
  maxMissedBlocks,
  validateProviderParams,
  validateSlashingParams,
  validateStakingParams,
} from "./params.js";
import { invalidGenesis } from "./errors.js";
import { MAX_DURATION_SECONDS } from "./limits.js";

const HALF = utf8((5n * 10n ** 17n).toString());
const ABOVE_ONE = (10n ** 18n + 1n).toString();

function isRefused<T>(check: (params: T) => void, params: T): boolean {
  try {
    check(params);
  } catch (error) {
    if (invalidGenesis.is(error)) return true;
    throw error;
  }
  return false;
}

test("the defaults are valid", () => {
  validateStakingParams(defaultStakingParams());
  validateSlashingParams(defaultSlashingParams());
  validateProviderParams(defaultProviderParams());
});

describe("staking parameters", () => {
  test.each([
    { unbondingTime: { seconds: 0n, nanos: 0 } },
    { unbondingTime: { seconds: 1n, nanos: -1 } },
    { unbondingTime: { seconds: MAX_DURATION_SECONDS + 1n, nanos: 0 } },
    { maxValidators: 0 },
    { maxValidators: 10_001 },
    { maxEntries: 0 },
    { maxEntries: 101 },
    { bondDenom: "x" },
    { minCommissionRate: "-1" },
    { minCommissionRate: ABOVE_ONE },
    { minCommissionRate: "" },
  ])("are refused with %o", (change) => {
    expect(isRefused(validateStakingParams, { ...defaultStakingParams(), ...change })).toBe(true);
  });

  test("may have no historical entries and unbond within a second", () => {
    const change = { historicalEntries: 0, unbondingTime: { seconds: 0n, nanos: 1 } };
    expect(isRefused(validateStakingParams, { ...defaultStakingParams(), ...change })).toBe(false);
  });
});

describe("slashing parameters", () => {
  test.each([
    { signedBlocksWindow: 0n },
    { signedBlocksWindow: 1_000_001n },
    { minSignedPerWindow: utf8(ABOVE_ONE) },
    { minSignedPerWindow: Uint8Array.of(0xff) },
    { downtimeJailDuration: { seconds: 0n, nanos: 0 } },
    { slashFractionDoubleSign: utf8("-1") },
    { slashFractionDowntime: utf8(ABOVE_ONE) },
  ])("are refused with %o", (change) => {
    expect(isRefused(validateSlashingParams, { ...defaultSlashingParams(), ...change })).toBe(true);
  });

  test("allow as many missed blocks as the SDK, with ties of the signed part to even", () => {
    const allowed = (signedBlocksWindow: bigint) =>
      maxMissedBlocks({ ...defaultSlashingParams(), signedBlocksWindow, minSignedPerWindow: HALF });
    expect([100n, 1n, 3n, 5n].map(allowed)).toEqual([50n, 1n, 1n, 3n]);
  });

  test("hold decimals as text in bytes", () => {
    expect(decOf(defaultSlashingParams().slashFractionDoubleSign)).toBe(5n * 10n ** 16n);
  });
});

test("a VRF key never acts at the height that announces it", () => {
  expect(isRefused(validateProviderParams, { vrfKeyDelayBlocks: 0n })).toBe(true);
});
