import type { Params as InferenceParams } from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject } from "#core/codec/json.js";
import { coin } from "#core/primitives/coin.js";
import { defaultParams, leastRequestBlocks } from "#modules/inference/types/params.js";
import { TestAccount } from "#test/harness/identities.js";

/** Gas of one block: some twenty transactions. */
export const MAX_BLOCK_GAS = 80_000_000n;

/** Bytes of a chunk, the least that parameters allow. */
export const CHUNK_BYTES = 1_024;

/** Parameters so short that everything happens within two hundred blocks. */
export function inferenceParams(): Partial<InferenceParams> {
  const maxRequestBlocks = leastRequestBlocks({ ...defaultParams("unes"), ...SHORT });
  return { ...SHORT, maxRequestBlocks };
}

const SHORT: Partial<InferenceParams> = {
  maxInputs: 4,
  maxRequestBytes: 600n,
  maxQueueRequests: 14,
  maxQueueBlocks: 8n,
  maxBatchRequests: 5,
  maxBatchGas: 3_900_000n,
  slotGas: 6_000_000n,
  providerGas: 8_000_000n,
  providerBatches: 4,
  maxGraceBlocks: 5n,
  gasPerGraceBlock: 4_000_000n,
  payloadBytes: 8_192n,
  retentionBlocks: 25n,
  aggregationGasPerBlock: 25_000n,
  challengeWindowBlocks: 6n,
  challengeBond: coin("unes", 1_000_000n),
  faultsToJail: 5,
  faultWindowBlocks: 40n,
  escalationsToSuspend: 3,
  troubleWindowBlocks: 30n,
  suspensionBlocks: 8n,
};

/**
 * Shortens what the other modules' sections of `app_state` say. In a harsh network signing twice
 * costs everything, so that there are shares that are worth nothing; in another everybody can leave
 * such a validator.
 */
export function shortenGenesis(state: Record<string, JsonObject>, isHarsh: boolean): void {
  Object.assign(paramsOf(state, "staking"), {
    unbonding_time: "40s",
    max_validators: 7,
    max_entries: 2,
    historical_entries: 10,
    min_commission_rate: "0.050000000000000000",
  });
  Object.assign(paramsOf(state, "slashing"), {
    signed_blocks_window: "12",
    downtime_jail_duration: "15s",
    slash_fraction_double_sign: isHarsh ? "1.000000000000000000" : "0.050000000000000000",
  });
  Object.assign(paramsOf(state, "provider"), { vrf_key_delay_blocks: "3" });
  Object.assign(paramsOf(state, "kernel"), {
    chunk_bytes: CHUNK_BYTES.toString(),
    max_artifact_bytes: "5000",
    max_version_bytes: "7000",
    upload_expiry_blocks: "20",
    validation_fee: { denom: "unes", amount: "10001" },
    authority: new TestAccount("author").text,
  });
}

function paramsOf(state: Record<string, JsonObject>, section: string): JsonObject {
  return state[section]?.["params"] as JsonObject;
}
