import { coin, isDenom } from "#core/primitives/coin.js";
import { divCeil, parseUint } from "#core/primitives/intMath.js";
import { type Params } from "#core/codec/generated/aivm/inference/v1.js";
import { invalidParams } from "./errors.js";
import {
  MAX_AMOUNT,
  MAX_BATCH_REQUESTS,
  MAX_INPUTS,
  MAX_PAYLOAD_BYTES,
  MAX_PROVIDER_BATCHES,
} from "./limits.js";

/** Parameters of a new chain; every default carries its reason. */
export function defaultParams(denom: string): Params {
  return {
    // A request of 64 images stays far below a batch's gas.
    maxInputs: 64,
    // A quarter of the blocks' default transaction limit of CometBFT's mempool (1 MiB).
    maxRequestBytes: 262_144n,
    // About half an hour of work for one committee; beyond it users should see "full", not wait.
    maxQueueRequests: 20_000,
    maxQueueBlocks: 1_200n,
    flatFee: "200",
    feePerByte: "1",
    // 0.05 NES for 10^9 gas, which is roughly a tenth of a second of one core.
    computePrice: "50",
    // Bounds the comparison: 64 digests are 2 KiB.
    maxBatchRequests: 64,
    maxBatchGas: 20_000_000_000n,
    slotGas: 60_000_000_000n,
    providerGas: 60_000_000_000n,
    // As many as one extension can answer.
    providerBatches: MAX_PROVIDER_BATCHES,
    escalationsPerBlock: 1,
    validationsPerBlock: 1,
    // FULL means what a light client's trust means: two thirds of the stake took part.
    fullMinPowerBps: 6_667,
    // Three proposers in a row must have had the chance before silence is a fault.
    graceProposers: 3,
    maxGraceBlocks: 12n,
    // Two seconds of one slow core: a block at 1 s, doubled for slow machines.
    gasPerGraceBlock: 4_000_000_000n,
    inlineOutputBytes: 16_384n,
    payloadBytes: 131_072n,
    // About a day at one block a second.
    retentionBlocks: 86_400n,
    // 50 ms of metered code on a slow core; the most that the inputs of one request may take.
    aggregationGasPerBlock: 500_000_000n,
    challengeWindowBlocks: 20n,
    challengeBond: coin(denom, 10_000_000n),
    challengeRewardBps: 5_000,
    wrongSlashBps: 100,
    absentSlashBps: 1,
    withheldSlashBps: 10,
    invalidSlashBps: 100,
    faultsToJail: 20,
    faultWindowBlocks: 1_000n,
    escalationsToSuspend: 20,
    troubleWindowBlocks: 1_000n,
    suspensionBlocks: 5_000n,
    maxRequestBlocks: 3_000n,
  };
}

/**
 * Refuses parameters that cannot work, with the field's name. The last rule makes sure that the
 * deadline never cuts an orderly course short (protocol.md section 19).
 */
export function validateParams(params: Params): void {
  for (const [field, value] of amounts(params)) {
    if ((parseUint(value) ?? MAX_AMOUNT + 1n) > MAX_AMOUNT) {
      throw invalidParams({ field, problem: "not an amount below 2^64" });
    }
  }
  for (const [field, value, maximum] of positives(params)) {
    if (value < 1n || value > maximum) {
      throw invalidParams({ field, problem: `not in 1 to ${maximum.toString()}` });
    }
  }
  for (const [field, value] of shares(params)) {
    if (value > 10_000) throw invalidParams({ field, problem: "over 10000 basis points" });
  }
  if (!isDenom(params.challengeBond.denom)) {
    throw invalidParams({ field: "challenge_bond", problem: "not a denomination" });
  }
  validateRelations(params);
}

function validateRelations(params: Params): void {
  if (params.maxBatchGas > params.slotGas || params.maxBatchGas > params.providerGas) {
    throw invalidParams({ field: "max_batch_gas", problem: "over slot_gas or provider_gas" });
  }
  if (BigInt(params.graceProposers) > params.maxGraceBlocks) {
    throw invalidParams({ field: "grace_proposers", problem: "over max_grace_blocks" });
  }
  if (params.retentionBlocks < params.challengeWindowBlocks) {
    throw invalidParams({ field: "retention_blocks", problem: "below challenge_window_blocks" });
  }
  const least = leastRequestBlocks(params);
  if (params.maxRequestBlocks < least) {
    throw invalidParams({ field: "max_request_blocks", problem: `below ${least.toString()}` });
  }
}

/** Most blocks that an orderly request takes: queue, two batches, challenge, escalation queue. */
export function leastRequestBlocks(params: Params): bigint {
  return 2n * params.maxQueueBlocks + 2n * batchBlocks(params) + params.challengeWindowBlocks;
}

/**
 * Most blocks from the draw of a batch to its settlement: committing, committing again in place of
 * seats that declined at the last moment, revealing, comparing, awaiting the outputs.
 */
function batchBlocks(params: Params): bigint {
  // A provider may have all that it can be drawn for to do before, and the models to load.
  const work = divCeil(params.providerGas + params.maxBatchGas, params.gasPerGraceBlock);
  return 5n * params.maxGraceBlocks + 2n * work + 6n;
}

const UNBOUNDED = 1n << 62n;

function positives(params: Params): ReadonlyArray<readonly [string, bigint, bigint]> {
  return [
    ["max_inputs", BigInt(params.maxInputs), BigInt(MAX_INPUTS)],
    ["max_request_bytes", params.maxRequestBytes, UNBOUNDED],
    ["max_queue_requests", BigInt(params.maxQueueRequests), 1n << 32n],
    ["max_queue_blocks", params.maxQueueBlocks, UNBOUNDED],
    ["max_batch_requests", BigInt(params.maxBatchRequests), BigInt(MAX_BATCH_REQUESTS)],
    ["max_batch_gas", params.maxBatchGas, UNBOUNDED],
    ["slot_gas", params.slotGas, UNBOUNDED],
    ["provider_gas", params.providerGas, UNBOUNDED],
    ["provider_batches", BigInt(params.providerBatches), BigInt(MAX_PROVIDER_BATCHES)],
    ["escalations_per_block", BigInt(params.escalationsPerBlock), 100n],
    ["validations_per_block", BigInt(params.validationsPerBlock), 100n],
    ["grace_proposers", BigInt(params.graceProposers), 100n],
    ["max_grace_blocks", params.maxGraceBlocks, 10_000n],
    ["gas_per_grace_block", params.gasPerGraceBlock, UNBOUNDED],
    ["inline_output_bytes", params.inlineOutputBytes, BigInt(MAX_PAYLOAD_BYTES)],
    ["payload_bytes", params.payloadBytes, BigInt(MAX_PAYLOAD_BYTES)],
    ["retention_blocks", params.retentionBlocks, UNBOUNDED],
    ["aggregation_gas_per_block", params.aggregationGasPerBlock, UNBOUNDED],
    ["challenge_window_blocks", params.challengeWindowBlocks, UNBOUNDED],
    ["faults_to_jail", BigInt(params.faultsToJail), 1n << 32n],
    ["fault_window_blocks", params.faultWindowBlocks, UNBOUNDED],
    ["escalations_to_suspend", BigInt(params.escalationsToSuspend), 1n << 32n],
    ["trouble_window_blocks", params.troubleWindowBlocks, UNBOUNDED],
    ["suspension_blocks", params.suspensionBlocks, UNBOUNDED],
    ["max_request_blocks", params.maxRequestBlocks, UNBOUNDED],
  ];
}

function shares(params: Params): ReadonlyArray<readonly [string, number]> {
  return [
    ["full_min_power_bps", params.fullMinPowerBps],
    ["challenge_reward_bps", params.challengeRewardBps],
    ["wrong_slash_bps", params.wrongSlashBps],
    ["absent_slash_bps", params.absentSlashBps],
    ["withheld_slash_bps", params.withheldSlashBps],
    ["invalid_slash_bps", params.invalidSlashBps],
  ];
}

function amounts(params: Params): ReadonlyArray<readonly [string, string]> {
  return [
    ["flat_fee", params.flatFee],
    ["fee_per_byte", params.feePerByte],
    ["compute_price", params.computePrice],
    ["challenge_bond", params.challengeBond.amount],
  ];
}
