import { expect, test } from "vitest";
import { Coin } from "#core/codec/generated/cosmos/base/v1beta1.js";
import { Any, Duration, Timestamp } from "#core/codec/generated/google/protobuf.js";
import { TypeRegistry } from "./typeRegistry.js";

test("a registry with more types leaves the one it came from as it is", () => {
  const few = new TypeRegistry([Timestamp]);
  const more = few.with([Coin]);
  expect(more.find(Coin.typeUrl)).toBe(Coin);
  expect(more.find(Timestamp.typeUrl)).toBe(Timestamp);
  expect(few.find(Coin.typeUrl)).toBeUndefined();
});

test("types are listed by their URL, whatever the order of registration", () => {
  const expected = [Coin, Any, Duration, Timestamp];
  expect(new TypeRegistry([Timestamp, Coin, Duration, Any]).list()).toEqual(expected);
  expect(new TypeRegistry([Any, Duration, Timestamp, Coin]).list()).toEqual(expected);
});
