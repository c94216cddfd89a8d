import { describe, expect, test } from "vitest";
import type { Params } from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import type { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { invalidParams } from "./errors.js";
import {
  MAX_BATCH_REQUESTS,
  MAX_INPUTS,
  MAX_PAYLOAD_BYTES,
  MAX_PROVIDER_BATCHES,
} from "./limits.js";
import { defaultParams, leastRequestBlocks, validateParams } from "./params.js";

const GOOD = defaultParams("unes");
const HUGE = 2n ** 62n;

/** The field that is refused; undefined when the parameters pass. */
function refusedField(changes: Partial<Params>): unknown {
  const error = caught(() => {
    validateParams({ ...GOOD, ...changes });
  });
  if (error === undefined) return undefined;
  expect(invalidParams.is(error)).toBe(true);
  return (error as ChainError).detail["field"];
}

test("the default parameters pass", () => {
  expect(refusedField({})).toBeUndefined();
});

/** Fields that are positive, with the largest value; undefined where the type bounds it. */
const POSITIVE: ReadonlyArray<readonly [keyof Params, string, bigint | undefined]> = [
  ["maxInputs", "max_inputs", BigInt(MAX_INPUTS)],
  ["maxRequestBytes", "max_request_bytes", HUGE],
  ["maxQueueRequests", "max_queue_requests", undefined],
  ["maxQueueBlocks", "max_queue_blocks", HUGE],
  ["maxBatchRequests", "max_batch_requests", BigInt(MAX_BATCH_REQUESTS)],
  ["maxBatchGas", "max_batch_gas", HUGE],
  ["slotGas", "slot_gas", HUGE],
  ["providerGas", "provider_gas", HUGE],
  ["providerBatches", "provider_batches", BigInt(MAX_PROVIDER_BATCHES)],
  ["escalationsPerBlock", "escalations_per_block", 100n],
  ["validationsPerBlock", "validations_per_block", 100n],
  ["graceProposers", "grace_proposers", 100n],
  ["maxGraceBlocks", "max_grace_blocks", 10_000n],
  ["gasPerGraceBlock", "gas_per_grace_block", HUGE],
  ["inlineOutputBytes", "inline_output_bytes", BigInt(MAX_PAYLOAD_BYTES)],
  ["payloadBytes", "payload_bytes", BigInt(MAX_PAYLOAD_BYTES)],
  ["retentionBlocks", "retention_blocks", HUGE],
  ["aggregationGasPerBlock", "aggregation_gas_per_block", HUGE],
  ["challengeWindowBlocks", "challenge_window_blocks", HUGE],
  ["faultsToJail", "faults_to_jail", undefined],
  ["faultWindowBlocks", "fault_window_blocks", HUGE],
  ["escalationsToSuspend", "escalations_to_suspend", undefined],
  ["troubleWindowBlocks", "trouble_window_blocks", HUGE],
  ["suspensionBlocks", "suspension_blocks", HUGE],
  ["maxRequestBlocks", "max_request_blocks", HUGE],
];

describe("a positive parameter", () => {
  const like = (field: keyof Params, value: bigint): Partial<Params> => ({
    [field]: typeof GOOD[field] === "number" ? Number(value) : value,
  });

  test.each(POSITIVE)("%s is at least 1", (field, name) => {
    expect(refusedField(like(field, 0n))).toBe(name);
    if (typeof GOOD[field] === "bigint") expect(refusedField(like(field, -1n))).toBe(name);
  });

  test.each(POSITIVE.filter(([, , most]) => most !== undefined))(
    "%s is bounded",
    (field, name, most) => {
      expect(refusedField(like(field, most! + 1n))).toBe(name);
      // The bound itself is refused for how it relates to others, if at all.
      const error = caught(() => {
        validateParams({ ...GOOD, ...like(field, most!) });
      }) as ChainError | undefined;
      expect(String(error?.detail["problem"])).not.toContain("not in 1 to");
    },
  );
});

describe("a share", () => {
  test.each<readonly [keyof Params, string]>([
    ["fullMinPowerBps", "full_min_power_bps"],
    ["challengeRewardBps", "challenge_reward_bps"],
    ["wrongSlashBps", "wrong_slash_bps"],
    ["absentSlashBps", "absent_slash_bps"],
    ["withheldSlashBps", "withheld_slash_bps"],
    ["invalidSlashBps", "invalid_slash_bps"],
  ])("%s is 0 to 10,000 basis points", (field, name) => {
    expect(refusedField({ [field]: 0 })).toBeUndefined();
    expect(refusedField({ [field]: 10_000 })).toBeUndefined();
    expect(refusedField({ [field]: 10_001 })).toBe(name);
  });
});

describe("an amount", () => {
  test.each<readonly [keyof Params, string]>([
    ["flatFee", "flat_fee"],
    ["feePerByte", "fee_per_byte"],
    ["computePrice", "compute_price"],
  ])("%s is canonical digits below 2^64", (field, name) => {
    expect(refusedField({ [field]: "0" })).toBeUndefined();
    expect(refusedField({ [field]: (2n ** 64n - 1n).toString() })).toBeUndefined();
    for (const bad of ["", "-1", "1.5", "01", (2n ** 64n).toString()]) {
      expect(refusedField({ [field]: bad }), bad).toBe(name);
    }
  });

  test("the bond of a challenge is a coin, which may be zero", () => {
    expect(refusedField({ challengeBond: coin("unes", 0n) })).toBeUndefined();
    expect(refusedField({ challengeBond: { denom: "unes", amount: "x" } })).toBe("challenge_bond");
    expect(refusedField({ challengeBond: coin("", 1n) })).toBe("challenge_bond");
  });
});

describe("parameters fit each other", () => {
  test("a batch fits a slot and a provider", () => {
    const { maxBatchGas } = GOOD;
    expect(refusedField({ slotGas: maxBatchGas, providerGas: maxBatchGas })).toBeUndefined();
    expect(refusedField({ slotGas: maxBatchGas - 1n })).toBe("max_batch_gas");
    expect(refusedField({ providerGas: maxBatchGas - 1n })).toBe("max_batch_gas");
  });

  test("a grace is long enough for its proposers", () => {
    expect(refusedField({ graceProposers: 12, maxGraceBlocks: 12n })).toBeUndefined();
    expect(refusedField({ graceProposers: 13, maxGraceBlocks: 12n })).toBe("grace_proposers");
  });

  test("answers are kept while they can be challenged", () => {
    expect(refusedField({ retentionBlocks: 20n, challengeWindowBlocks: 20n })).toBeUndefined();
    expect(refusedField({ retentionBlocks: 19n, challengeWindowBlocks: 20n })).toBe(
      "retention_blocks",
    );
  });

  test("the deadline allows for queue, all graces, escalation and challenge", () => {
    // Queue, batch, window, queue of escalations, batch; a batch has five graces, its work with the
    // loading before it twice, and six heights.
    const batch = 5n * 12n + 2n * 20n + 6n;
    const least = 2n * 1_200n + 2n * batch + 20n;
    expect(leastRequestBlocks(GOOD)).toBe(least);
    expect(refusedField({ maxRequestBlocks: least })).toBeUndefined();
    expect(refusedField({ maxRequestBlocks: least - 1n })).toBe("max_request_blocks");
  });

  test("the deadline grows with each of what it allows for", () => {
    const grows = (changes: Partial<Params>): bigint =>
      leastRequestBlocks({ ...GOOD, ...changes }) - leastRequestBlocks(GOOD);
    expect(grows({ maxQueueBlocks: GOOD.maxQueueBlocks + 1n })).toBe(2n);
    expect(grows({ maxGraceBlocks: GOOD.maxGraceBlocks + 1n })).toBe(10n);
    expect(grows({ challengeWindowBlocks: GOOD.challengeWindowBlocks + 1n })).toBe(1n);
    // A provider's 60·10^9 gas and 20·10^9 of loading take twenty blocks, and one gas more another.
    expect(grows({ providerGas: GOOD.providerGas + 1n })).toBe(4n);
  });
});
