import { describe, expect, test } from "vitest";
import {
  type Execution,
  type RequestExecutions,
  ReceiptStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { testManifest } from "#test/harness/testKernel.js";
import { payloadLength } from "./extension.js";
import { defaultParams } from "./params.js";
import { requestPayloadBytes } from "./payloadBound.js";

const PARAMS = { ...defaultParams("unes"), inlineOutputBytes: 16_384n };
const MOST = (1n << 64n) - 1n;

const manifest = (outputBytes: bigint) => {
  const plain = testManifest({ name: "sample" });
  return { ...plain, limits: { ...plain.limits, outputBytes } };
};

/** The longest encoding that an execution with an output of so many bytes can have. */
function longest(outputSize: number, escalated: boolean): Execution {
  return {
    receipt: {
      status: ReceiptStatus.OK,
      gasUsed: MOST,
      outputSize: BigInt(outputSize),
      outputDigest: new Uint8Array(32).fill(1),
      workDigest: new Uint8Array(escalated ? 32 : 0).fill(2),
    },
    output: new Uint8Array(outputSize).fill(3),
  };
}

describe("the bytes reserved for a request's outputs", () => {
  test.each([
    [1, 1],
    [1, 100],
    [16, 96],
    [64, 1_000],
    [64, 16_384],
    [256, 100],
  ])(
    "hold the longest payload with %i outputs of %i bytes, and are not far above it",
    (inputCount, size) => {
      for (const escalated of [false, true]) {
        const executions = Array.from({ length: inputCount }, () => longest(size, escalated));
        const request: RequestExecutions = { position: 255, executions };
        const bytes = payloadLength({ payloads: [{ batchId: MOST, requests: [request] }] });
        const bound = requestPayloadBytes(manifest(BigInt(size)), PARAMS, {
          inputCount,
          escalated,
        });
        expect(BigInt(bytes)).toBeLessThanOrEqual(bound);
        expect(bound - BigInt(bytes)).toBeLessThan(16n + 6n * BigInt(inputCount));
      }
    },
  );

  test("are those of a receipt alone for outputs that do not travel inline", () => {
    const asked = { inputCount: 2, escalated: false };
    const params = { ...PARAMS, inlineOutputBytes: 1_000n };
    const bound = requestPayloadBytes(manifest(1_000n), params, asked);
    expect(bound).toBe(24n + 2n * 1_023n);
    expect(requestPayloadBytes(manifest(50_000n), params, asked)).toBe(bound);
  });
});
