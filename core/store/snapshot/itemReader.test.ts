import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ItemReader } from "./itemReader.js";
import { readItem, type SnapshotItem } from "./snapshotItems.js";
import { TAG } from "./snapshotFormat.js";

const SEED = { seed: 20261129, numRuns: 200 };

/** A blob of up to 127 bytes, or a long one, in the bytes of the format. */
function entry(key: Uint8Array, value: Uint8Array): Uint8Array {
  const length =
    value.length < 0x80 ? [value.length] : [(value.length & 0x7f) | 0x80, value.length >> 7];
  return Uint8Array.of(TAG.entry, key.length, ...key, ...length, ...value);
}

function readAll(reader: ItemReader, chunks: readonly Uint8Array[]): SnapshotItem[] {
  const items: SnapshotItem[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let item = reader.next(readItem); item !== undefined; item = reader.next(readItem)) {
      items.push(item);
    }
  }
  return items;
}

const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: 1, maxLength });
const entries = fc.array(fc.tuple(bytes(20), bytes(3_000)), { maxLength: 6 });
const cuts = fc.array(fc.nat(400), { maxLength: 40 });

describe("items that arrive in chunks", () => {
  test("are the same however the stream is cut, empty chunks included", () => {
    fc.assert(
      fc.property(entries, cuts, (pairs, lengths) => {
        const stream = Uint8Array.from(pairs.flatMap(([key, value]) => [...entry(key, value)]));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) chunks.push(stream.subarray(at, (at += length)));
        chunks.push(stream.subarray(at));
        const reader = new ItemReader();
        const expected = pairs.map(([key, value]) => ({ kind: "entry", key, value }));
        expect(readAll(reader, chunks)).toEqual(expected);
        expect(reader.waiting).toBe(0);
      }),
      SEED,
    );
  });

  test("wait for what is missing, and count as waiting", () => {
    const reader = new ItemReader();
    const whole = entry(Uint8Array.of(1), new Uint8Array(100));
    for (let at = 0; at < whole.length - 1; at++) {
      expect(readAll(reader, [whole.subarray(at, at + 1)])).toEqual([]);
      expect(reader.waiting).toBe(at + 1);
    }
    expect(readAll(reader, [whole.subarray(whole.length - 1)])).toHaveLength(1);
  });

  test("may come in as many chunks as a snapshot has", () => {
    const reader = new ItemReader();
    const value = new Uint8Array(16_000).fill(7);
    const whole = entry(Uint8Array.of(1), value);
    const empty = Array.from({ length: 65_000 }, () => new Uint8Array(0));
    const chunks = [whole.subarray(0, 10), ...empty, whole.subarray(10)];
    expect(readAll(reader, chunks)).toEqual([{ kind: "entry", key: Uint8Array.of(1), value }]);
  });

  test("are refused for their length before their bytes have come", () => {
    const reader = new ItemReader();
    reader.push(Uint8Array.of(TAG.entry, 1, 7, 0xff, 0xff, 0xff, 0x7f));
    expect(() => reader.next(readItem)).toThrow("a value has 268435455 bytes");
  });
});
