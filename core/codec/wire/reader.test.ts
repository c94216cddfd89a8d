import { expect, test } from "vitest";
import { WireReader } from "./reader.js";
import { WireWriter } from "./writer.js";

/** A message of byte fields. */
function messageOf(...fields: readonly Uint8Array[]): Uint8Array {
  const writer = new WireWriter();
  for (const field of fields) writer.bytes(field);
  return writer.finish();
}

test.each([3, 64, 65, 1_000, 100_000])(
  "a field of %i bytes does not change with the message that it came in",
  (length) => {
    const field = new Uint8Array(length).fill(7);
    const message = messageOf(field, field);
    const reader = new WireReader(message);
    const read = [reader.bytes("a"), reader.bytes("b")];
    message.fill(0);
    expect(read).toEqual([field, field]);
  },
);

test("the fields of a small message share one copy of it", () => {
  const reader = new WireReader(messageOf(new Uint8Array(100), new Uint8Array(200)));
  expect(reader.bytes("a").buffer).toBe(reader.bytes("b").buffer);
});

test("a field of a large message does not keep the message in memory", () => {
  const reader = new WireReader(messageOf(new Uint8Array(100), new Uint8Array(50_000)));
  expect(reader.bytes("a").buffer.byteLength).toBe(100);
});
