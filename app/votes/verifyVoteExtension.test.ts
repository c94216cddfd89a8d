import { encodeExtension } from "#modules/inference/types/extension.js";
import { describe, expect, it } from "vitest";
import { Availability, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import {
  MAX_BATCH_REQUESTS,
  MAX_ENTRY_BYTES,
  MAX_EXTENSION_BYTES,
  MAX_PAYLOAD_BYTES,
  MAX_PROVIDER_BATCHES,
} from "#modules/inference/types/limits.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { SeededRandom } from "#test/harness/random.js";
import { executionOf } from "#test/harness/scriptedReceipts.js";
import { testInput } from "#test/harness/testKernel.js";
import { verifyVoteExtension } from "./verifyVoteExtension.js";

const digest = (fill: number) => new Uint8Array(32).fill(fill);
const encode = (said: Partial<VoteExtension>) => encodeExtension(VoteExtension.create(said));
const ids = Array.from({ length: MAX_PROVIDER_BATCHES }, (_, index) => (1n << 62n) + BigInt(index));

describe("an extension is accepted, whatever it claims,", () => {
  it.each<[string, Uint8Array]>([
    ["when it is empty", new Uint8Array(0)],
    ["about batches that do not exist", encode({ declines: [5n, 1n << 63n] })],
    [
      "with commitments and reveals of the same batch",
      encode({
        commitments: [{ batchId: 1n, commitment: digest(1) }],
        reveals: [
          { batchId: 1n, batchRoot: digest(2), salt: digest(3), abstentions: Uint8Array.of(9) },
        ],
      }),
    ],
    [
      "with digests under no root",
      encode({ requestDigests: [{ batchId: 3n, digests: [digest(1)] }] }),
    ],
    ["with a payload nobody asked for", encode({ payloads: [{ batchId: 8n, requests: [] }] })],
    ["with what it said before", encode({ availability: Availability.AVAILABLE })],
  ])("%s", (_, extension) => {
    expect(verifyVoteExtension(extension)).toBe(true);
  });

  it("when eight seats say all that they can, within the budget of their entries", () => {
    const abstentions = new Uint8Array(MAX_BATCH_REQUESTS / 8).fill(0xff);
    const reveals = ids.map((batchId) => ({
      batchId,
      batchRoot: digest(1),
      salt: digest(2),
      abstentions,
    }));
    const entries = encode({ reveals });
    expect(entries.length).toBeLessThanOrEqual(MAX_ENTRY_BYTES);
    const digests = Array.from({ length: MAX_BATCH_REQUESTS }, (_, index) => digest(index));
    const requestDigests = ids.map((batchId) => ({ batchId, digests }));
    const payloads = [
      {
        batchId: 1n,
        requests: [
          {
            position: 0,
            executions: [executionOf(new Uint8Array(MAX_PAYLOAD_BYTES - 200), undefined)],
          },
        ],
      },
    ];
    const whole = encode({ reveals, requestDigests, payloads });
    expect(whole.length).toBeLessThanOrEqual(MAX_EXTENSION_BYTES);
    expect(verifyVoteExtension(whole)).toBe(true);
  });

  it("the same at every height and by every node, whatever state it has", async () => {
    const chain = await InferenceChain.start({ validators: 2 });
    await chain.request("echo", [testInput(1)]);
    const extensions = [
      encode({ commitments: [{ batchId: 1n, commitment: digest(7) }] }),
      encode({
        reveals: [
          { batchId: 1n, batchRoot: digest(2), salt: digest(3), abstentions: new Uint8Array(0) },
        ],
      }),
      encode({ declines: [1n, 2n, 3n] }),
    ];
    const verdictsAt = (height: bigint) =>
      chain.network.nodes.flatMap(({ app, validator: { address } }) =>
        extensions.map(
          (extension) =>
            app.verifyVoteExtension({
              hash: digest(0),
              height,
              validatorAddress: address,
              extension,
            }).status,
        ),
      );
    for (let blocks = 0; blocks < 7; blocks++) {
      const heights = [0n, chain.height, chain.height + 1n, chain.height + 99n];
      expect(new Set(heights.flatMap(verdictsAt))).toEqual(new Set(["accept"]));
      await chain.run(1);
    }
    chain.expectSound();
  });
});

describe("an extension is refused that no honest node sends:", () => {
  it.each<[string, Uint8Array]>([
    ["garbage", utf8("no extension")],
    ["an unknown field", Uint8Array.from([0x78, 0x01])],
    ["a default that is spelled out", Uint8Array.from([0x08, 0x00])],
    ["an unknown availability", Uint8Array.from([0x08, 0x03])],
    ["trailing bytes", concatBytes(encode({ declines: [1n] }), Uint8Array.of(0))],
    ["a list out of order", encode({ declines: [2n, 1n] })],
    ["a batch twice", encode({ declines: [1n, 1n] })],
    [
      "a batch twice among commitments",
      encode({
        commitments: [
          { batchId: 4n, commitment: digest(1) },
          { batchId: 4n, commitment: digest(2) },
        ],
      }),
    ],
    [
      "a short commitment",
      encode({ commitments: [{ batchId: 4n, commitment: digest(1).subarray(1) }] }),
    ],
    ["more entries than seats", encode({ declines: [...ids, 1n << 63n] })],
    ["a comparison without digests", encode({ requestDigests: [{ batchId: 1n, digests: [] }] })],
    [
      "entries over their budget",
      encode({
        reveals: ids.map((batchId) => ({
          batchId,
          batchRoot: digest(1),
          salt: digest(2),
          abstentions: new Uint8Array(64).fill(1),
        })),
      }),
    ],
    [
      "payloads over their budget",
      encode({
        payloads: [
          {
            batchId: 1n,
            requests: [
              {
                position: 0,
                executions: [executionOf(new Uint8Array(MAX_PAYLOAD_BYTES), undefined)],
              },
            ],
          },
        ],
      }),
    ],
    ["more bytes than an extension has", new Uint8Array(MAX_EXTENSION_BYTES + 1)],
  ])("%s", (_, extension) => {
    expect(verifyVoteExtension(extension)).toBe(false);
  });

  it("and random bytes never make it fail instead of answering", () => {
    const random = new SeededRandom(20_26n);
    const honest = encode({
      declines: [1n, 2n],
      reveals: [
        { batchId: 1n, batchRoot: digest(2), salt: digest(3), abstentions: new Uint8Array(0) },
      ],
    });
    for (let round = 0; round < 500; round++) {
      const bytes = honest.slice(0, random.below(honest.length + 1));
      for (let flips = 0; flips < 3 && bytes.length > 0; flips++) {
        bytes[random.below(bytes.length)] = random.below(256);
      }
      expect([true, false]).toContain(verifyVoteExtension(bytes));
    }
  });
});
