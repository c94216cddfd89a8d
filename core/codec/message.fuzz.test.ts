import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBufbuild } from "#test/harness/codec/bufbuild.js";
import { messageArbitrary } from "#test/harness/codec/messageArbitrary.js";
import { MESSAGE_TYPES, type MessageType } from "#test/harness/codec/messageTypes.js";
import { malformedWire } from "./errors.js";

const SEED = 0xf022;

/** Bytes are refused as malformed or mean the same to everybody, again and again. */
function isRefusedOrSound({ codec, descriptor }: MessageType, bytes: Uint8Array): void {
  let message: object;
  try {
    message = codec.decode(bytes);
  } catch (error) {
    expect(malformedWire.is(error)).toBe(true);
    return;
  }
  expect(codec.decodeCanonical(codec.encode(message))).toStrictEqual(message);
  const oracle = fromBufbuild(descriptor, fromBinary(descriptor, bytes));
  expect(codec.create(oracle)).toStrictEqual(message);
}

describe.each(MESSAGE_TYPES)("$name", (type) => {
  test("survives random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        isRefusedOrSound(type, bytes);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test("survives bytes that were changed, lost or repeated", () => {
    const mutation = fc.record({
      place: fc.nat(),
      remove: fc.nat(3),
      insert: fc.uint8Array({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        messageArbitrary(type.codec, "wire"),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (message, mutations) => {
          const bytes = [...type.codec.encode(message)];
          for (const { place, remove, insert } of mutations) {
            bytes.splice(place % (bytes.length + 1), remove, ...insert);
          }
          isRefusedOrSound(type, Uint8Array.from(bytes));
        },
      ),
      { seed: SEED, numRuns: 25 },
    );
  });
});
