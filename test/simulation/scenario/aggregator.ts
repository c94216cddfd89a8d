import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { minBig } from "#core/primitives/intMath.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";

const GAS_PER_RUN = 1_000n;

/**
 * Aggregation code of the simulation: takes the output that sorts in the middle, accepts those up
 * to it, and fails for one input in eight.
 */
export const simAggregator: Aggregator = {
  aggregate: ({ outputs, gasLimit }) => {
    const sorted = [...outputs].sort(compareBytes);
    const middle = sorted[sorted.length >> 1] ?? new Uint8Array(0);
    const gasUsed = minBig(gasLimit, GAS_PER_RUN);
    const fails = (sha256(middle)[0] ?? 0) % 8 === 0;
    const { receipt, output } = executionOf(fails ? new Uint8Array(0) : middle, undefined);
    const status = ReceiptStatus.EXCEPTION;
    const failed = { ...receipt, status, gasUsed, outputDigest: new Uint8Array(0) };
    return {
      execution: { output, receipt: fails ? failed : { ...receipt, gasUsed } },
      accepted: outputs.map((one) => compareBytes(one, middle) <= 0),
    };
  },
};
