import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes } from "#core/primitives/bytes.js";

/** Refuses to run: for chains without code-aggregated kernels. */
export const inertAggregator: Aggregator = {
  aggregate: () => {
    throw new Error("this test has no aggregation code");
  },
};

/** Takes the output that sorts in the middle and accepts those equal in their first byte to it. */
export const medianAggregator: Aggregator = {
  aggregate: ({ outputs, gasLimit }) => {
    const sorted = [...outputs].sort(compareBytes);
    const output = sorted[sorted.length >> 1] ?? new Uint8Array(0);
    const gasUsed = gasLimit < 1_000n ? gasLimit : 1_000n;
    return {
      execution: {
        receipt: {
          status: ReceiptStatus.OK,
          gasUsed,
          outputSize: BigInt(output.length),
          outputDigest: sha256(output),
          workDigest: new Uint8Array(0),
        },
        output,
      },
      accepted: outputs.map(() => true),
    };
  },
};
