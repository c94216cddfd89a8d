import { describe, expect, test } from "vitest";
import {
  Assurance,
  MsgRequestInference,
  QueryQuoteRequest,
  type QueryQuoteResponse,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, type Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { amountOf } from "#core/primitives/coin.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import { findBucketOf } from "#modules/kernel/types/buckets.js";
import { caught } from "#test/harness/caught.js";
import { FUNDS, InferenceFixture } from "#test/harness/inferenceFixture.js";
import { testManifest } from "#test/harness/testKernel.js";
import { invalidInputs } from "../types/errors.js";

/** Sequences of 1 to 64 bytes, with buckets of 8 and of 32. */
const BUCKETED: Manifest = {
  ...testManifest({ name: "echo", gas: 9_000_000n }),
  inputs: [
    {
      name: "tokens",
      dataType: DataType.UINT8,
      shape: [{ minimum: 1n, maximum: 64n }],
      maxBytes: 0n,
      allowNonFinite: false,
    },
  ],
  buckets: [
    { extents: [8n], gas: 1_000_000n },
    { extents: [32n], gas: 3_000_000n },
  ],
};

function sequence(length: number): Uint8Array {
  const dims = [BigInt(length)];
  const data = new Uint8Array(length).fill(7);
  return ValueSet.encode({ values: [{ name: "tokens", dataType: DataType.UINT8, dims, data }] });
}

function start(
  inference: ConstructorParameters<typeof InferenceFixture>[0] = {},
): InferenceFixture {
  return new InferenceFixture({ kernels: [BUCKETED], ...inference });
}

function quoted(
  chain: InferenceFixture,
  inputs: readonly Uint8Array[],
  inputBuckets: number[] = inputs.map((input) => findBucketOf(BUCKETED, input)),
  assurance: Assurance = Assurance.COMMITTEE,
): QueryQuoteResponse {
  const asked = QueryQuoteRequest.create({
    kernel: "echo",
    inputBytes: inputs.reduce((sum, { length }) => sum + BigInt(length), 0n),
    inputCount: inputs.length,
    inputBuckets,
    assurance,
  });
  return chain.query("Quote", asked) as QueryQuoteResponse;
}

describe("a kernel with buckets", () => {
  test.each([
    ["the smallest", [1], 1_000_000n],
    ["the smallest at its bound", [8], 1_000_000n],
    ["the next", [9], 3_000_000n],
    ["what is beyond them", [33], 9_000_000n],
    ["the schema's bound", [64], 9_000_000n],
    ["one of each", [8, 32, 64, 1], 14_000_000n],
  ])("charges what it quotes, and reserves that gas, for %s", (_what, lengths, gas) => {
    for (const assurance of [Assurance.COMMITTEE, Assurance.FULL]) {
      const chain = start();
      const inputs = lengths.map(sequence);
      const { price, fees } = quoted(chain, inputs, undefined, assurance);
      const id = chain.ask({ inputs, assurance });
      expect(FUNDS - chain.balance(chain.user)).toBe(amountOf(price));
      expect(chain.request(id)).toMatchObject({ gas, fees });
      chain.run();
      expect(chain.batch(chain.request(id).batchId).gas).toBe(gas);
      chain.runUntil(() => chain.request(id).paid);
      expect(chain.request(id).status).toBe(RequestStatus.FULFILLED);
      expect(chain.brokenInvariants()).toEqual([]);
    }
  });

  test("is quoted at its bound where no bucket is named, and never below what it costs", () => {
    const chain = start();
    const bound = quoted(chain, [sequence(64)]);
    const long = quoted(chain, [sequence(64)], []);
    expect(long.price).toEqual(bound.price);
    expect(BigInt(long.fees.compute)).toBe(9n * BigInt(quoted(chain, [sequence(8)]).fees.compute));
  });

  test.each([
    ["too few", [0]],
    ["too many", [0, 0, 0]],
    ["unknown ones", [0, 3]],
  ])("has no quote for %s", (_what, buckets) => {
    const chain = start();
    const fault = caught(() => quoted(chain, [sequence(1), sequence(2)], buckets));
    expect(invalidRequest.is(fault)).toBe(true);
  });

  test("admits more short inputs than long ones to one request", () => {
    const chain = start({ inference: { maxBatchGas: 10_000_000n } });
    const refused = chain.askMessage({ inputs: [sequence(64), sequence(32)] });
    const fault = caught(() => chain.deliver(MsgRequestInference, refused));
    expect(invalidInputs.is(fault)).toBe(true);
    expect(chain.balance(chain.user)).toBe(FUNDS);
    expect(chain.ask({ inputs: Array.from({ length: 10 }, () => sequence(8)) })).toBe(1n);
  });
});
