import { expect, test } from "vitest";
import { equalBytes } from "#core/primitives/bytes.js";
import { WireReader } from "./reader.js";
import { WireWriter } from "./writer.js";

test("a writer begins anew behind what it gave away", () => {
  const writer = new WireWriter();
  writer.raw(new Uint8Array(5000).fill(1));
  const first = writer.finish();
  writer.raw(new Uint8Array(5000).fill(2));
  const second = writer.finish();
  expect(first).toStrictEqual(new Uint8Array(5000).fill(1));
  expect(second).toStrictEqual(new Uint8Array(5000).fill(2));
  expect(writer.finish()).toHaveLength(0);
});

test.each([0, 1, 255, 256, 257, 1 << 16, 1 << 20])(
  "%i bytes leave at most a seventh of unseen memory behind them",
  (length) => {
    const writer = new WireWriter();
    writer.bytes(new Uint8Array(length));
    const written = writer.finish();
    expect(written.buffer.byteLength).toBeLessThanOrEqual((written.length * 8) / 7);
  },
);

test.each([0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000])(
  "lengths of %i are inserted in front of what was written",
  (length) => {
    const writer = new WireWriter();
    writer.uint32(7);
    writer.delimited(() => {
      writer.raw(new Uint8Array(length).fill(9));
    });
    writer.uint32(8);
    const reader = new WireReader(writer.finish());
    expect(reader.uint32("")).toBe(7);
    expect(equalBytes(reader.bytes(""), new Uint8Array(length).fill(9))).toBe(true);
    expect(reader.uint32("")).toBe(8);
    expect(reader.position).toBe(reader.end);
  },
);

test("text is UTF-8 wherever the first letter beyond ASCII stands", () => {
  for (const text of [
    "",
    "a",
    "ä",
    "aä",
    "日本語",
    "a😀b",
    "x".repeat(300) + "é" + "y".repeat(300),
  ]) {
    const writer = new WireWriter();
    writer.string(text);
    expect(new WireReader(writer.finish()).string("")).toBe(text);
  }
});

test("half a surrogate pair becomes the replacement character", () => {
  const writer = new WireWriter();
  writer.string("a\ud800b");
  expect(new WireReader(writer.finish()).string("")).toBe("a\ufffdb");
});

test("writers that are open at the same time do not meet", () => {
  new WireWriter().finish();
  const [outer, inner] = [new WireWriter(), new WireWriter()];
  outer.uint32(1);
  inner.uint32(2);
  outer.raw(inner.finish());
  const next = new WireWriter();
  next.uint32(3);
  expect([...outer.finish()]).toStrictEqual([1, 2]);
  expect([...next.finish()]).toStrictEqual([3]);
});
