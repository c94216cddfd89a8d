import { describe, expect, test } from "vitest";
import { Availability, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes } from "#core/primitives/bytes.js";
import type { ChainError } from "#core/primitives/errors.js";
import { caught } from "#test/harness/caught.js";
import { malformedExtension } from "./errors.js";
import { decodeExtension, encodeExtension, payloadLength } from "./extension.js";
import {
  MAX_BATCH_REQUESTS,
  MAX_COMPARISON_BYTES,
  MAX_ENTRY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PROVIDER_BATCHES,
} from "./limits.js";

const DIGEST = new Uint8Array(32).fill(9);
const SHORT = new Uint8Array(31);
/** Batch ids of the longest encoding. */
const IDS = Array.from(
  { length: MAX_PROVIDER_BATCHES },
  (_, index) => 2n ** 64n - 10n + BigInt(index),
);

const commitment = (batchId: bigint, bytes = DIGEST) => ({ batchId, commitment: bytes });
const reveal = (batchId: bigint, abstentions = new Uint8Array(0)) => ({
  batchId,
  batchRoot: DIGEST,
  salt: DIGEST,
  abstentions,
});
const comparison = (batchId: bigint, count: number) => ({
  batchId,
  digests: Array.from({ length: count }, () => DIGEST),
});
/** A payload of so many bytes of output. */
const payload = (batchId: bigint, bytes: number) => ({
  batchId,
  requests: [
    {
      position: 0,
      executions: [
        {
          receipt: {
            status: 1 as const,
            gasUsed: 1n,
            outputSize: BigInt(bytes),
            outputDigest: sha256(new Uint8Array(bytes)),
            workDigest: new Uint8Array(0),
          },
          output: new Uint8Array(bytes),
        },
      ],
    },
  ],
});

const encode = (said: Partial<VoteExtension>): Uint8Array =>
  encodeExtension(VoteExtension.create(said));

describe("an extension is read", () => {
  test("when it says nothing", () => {
    expect(decodeExtension(new Uint8Array(0))).toEqual(VoteExtension.create());
  });

  test("with everything that it may say", () => {
    const said = VoteExtension.create({
      availability: Availability.UNAVAILABLE,
      commitments: [commitment(1n), commitment(2n)],
      reveals: [reveal(3n, Uint8Array.of(1))],
      requestDigests: [comparison(4n, 3)],
      declines: [5n, 6n],
      payloads: [payload(7n, 10)],
    });
    expect(decodeExtension(encodeExtension(said))).toEqual(said);
  });

  test("when every share is as full as an honest node can make it", () => {
    const bitmap = new Uint8Array(MAX_BATCH_REQUESTS / 8).fill(0xff);
    const said = {
      reveals: IDS.map((id) => reveal(id, bitmap)),
      requestDigests: IDS.map((id) => comparison(id, MAX_BATCH_REQUESTS)),
      payloads: [payload(1n, MAX_PAYLOAD_BYTES - 100)],
    };
    const bytes = encode(said);
    expect(bytes.length).toBeLessThanOrEqual(MAX_EXTENSION_BYTES);
    expect(encode({ reveals: said.reveals }).length).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    expect(encode({ requestDigests: said.requestDigests }).length).toBeLessThanOrEqual(
      MAX_COMPARISON_BYTES,
    );
    expect(decodeExtension(bytes).reveals).toHaveLength(MAX_PROVIDER_BATCHES);
  });

  test("without the sizes and digests of outputs, which follow from them", () => {
    const payloads = [payload(7n, 100)];
    const repeating = VoteExtension.encode(VoteExtension.create({ payloads }));
    const bytes = encode({ payloads });
    // Digest and size with their headers, and a byte less in three lengths around them.
    expect(repeating.length - bytes.length).toBe(39);
    expect(decodeExtension(bytes).payloads).toEqual(payloads);
    expect(() => decodeExtension(repeating)).toThrow("a receipt repeats what its output says");
  });

  test("with sizes and digests of outputs that are too large to travel", () => {
    const [whole] = payload(7n, 100).requests;
    const [execution] = whole!.executions;
    const absent = { ...execution!, output: new Uint8Array(0) };
    const payloads = [{ batchId: 7n, requests: [{ position: 0, executions: [absent] }] }];
    expect(decodeExtension(encode({ payloads })).payloads).toEqual(payloads);
  });

  test("and the length of its payloads is theirs alone", () => {
    const payloads = [payload(7n, 10)];
    expect(payloadLength({ payloads })).toBe(encode({ payloads }).length);
    expect(payloadLength({ payloads: [] })).toBe(0);
  });
});

describe("an extension is refused", () => {
  const nine = Array.from({ length: MAX_PROVIDER_BATCHES + 1 }, (_, index) => BigInt(index + 1));
  const order = "a list is not in ascending order of batch id";
  const wrongDigest = "a digest is not 32 bytes";
  const count = "a comparison without digests, or with too many";

  test.each<readonly [string, Uint8Array, string]>([
    ["too many bytes", new Uint8Array(MAX_EXTENSION_BYTES + 1), "too long"],
    ["an unknown availability", Uint8Array.of(0x08, 3), "availability is unknown"],
    [
      "more commitments than seats",
      encode({ commitments: nine.map((id) => commitment(id)) }),
      "more entries than seats",
    ],
    ["more declines than seats", encode({ declines: nine }), "more entries than seats"],
    [
      "more payloads than seats",
      encode({ payloads: nine.map((id) => payload(id, 1)) }),
      "more entries than seats",
    ],
    ["commitments out of order", encode({ commitments: [commitment(2n), commitment(1n)] }), order],
    [
      "a batch committed to twice",
      encode({ commitments: [commitment(2n), commitment(2n)] }),
      order,
    ],
    ["reveals out of order", encode({ reveals: [reveal(2n), reveal(1n)] }), order],
    [
      "comparisons out of order",
      encode({ requestDigests: [comparison(2n, 1), comparison(1n, 1)] }),
      order,
    ],
    ["declines out of order", encode({ declines: [2n, 2n] }), order],
    ["payloads out of order", encode({ payloads: [payload(2n, 1), payload(1n, 1)] }), order],
    ["a short commitment", encode({ commitments: [commitment(1n, SHORT)] }), wrongDigest],
    ["a short root", encode({ reveals: [{ ...reveal(1n), batchRoot: SHORT }] }), wrongDigest],
    ["a short salt", encode({ reveals: [{ ...reveal(1n), salt: SHORT }] }), wrongDigest],
    [
      "a short request digest",
      encode({ requestDigests: [{ batchId: 1n, digests: [SHORT] }] }),
      wrongDigest,
    ],
    ["a comparison of nothing", encode({ requestDigests: [comparison(1n, 0)] }), count],
    [
      "a comparison of more than a batch",
      encode({ requestDigests: [comparison(1n, MAX_BATCH_REQUESTS + 1)] }),
      count,
    ],
    [
      "entries beyond their share",
      encode({ reveals: [reveal(1n, new Uint8Array(1_000))] }),
      "a share is exceeded",
    ],
    [
      "payloads beyond their share",
      encode({ payloads: [payload(1n, MAX_PAYLOAD_BYTES)] }),
      "a share is exceeded",
    ],
  ])("for %s", (_, bytes, problem) => {
    const error = caught(() => decodeExtension(bytes)) as ChainError;
    expect(malformedExtension.is(error), String(error)).toBe(true);
    expect(error.detail["problem"]).toBe(problem);
  });

  test.each<readonly [string, Uint8Array]>([
    ["a field twice", concatBytes(encode({ declines: [1n] }), encode({ declines: [2n] }))],
    ["an explicit zero", Uint8Array.of(0x08, 0)],
    ["fields out of order", concatBytes(encode({ declines: [1n] }), Uint8Array.of(0x08, 1))],
    ["an unknown field", Uint8Array.of(0x7a, 1, 0)],
    ["no message at all", Uint8Array.of(0xff, 0xff)],
  ])("for bytes that are not canonical: %s", (_, bytes) => {
    const error = caught(() => decodeExtension(bytes)) as ChainError;
    expect(error.codespace, String(error)).toBe("codec");
  });
});
