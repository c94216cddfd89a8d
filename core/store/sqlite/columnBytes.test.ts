import { expect, test } from "vitest";
import { BoundBytes, plainBytes } from "./columnBytes.js";

test.each([0, 1, 64, 65, 1000])("%i bytes of a column are read and bound as they are", (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => index & 255);
  expect(plainBytes(Buffer.from(bytes))).toEqual(bytes);
  expect(Uint8Array.from(new BoundBytes().of(bytes))).toEqual(bytes);
});

test("a short parameter leaves the caller's array alone", () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const bound = new BoundBytes();
  bound.of(bytes).fill(0);
  bound.of(Uint8Array.of(4, 5));
  expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
});
