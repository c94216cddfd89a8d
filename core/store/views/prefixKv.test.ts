import { expect, test } from "vitest";
import { utf8 } from "#core/primitives/bytes.js";
import { openStore } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { PrefixKv } from "./prefixKv.js";

const key = new StoreKey("bank");

test.each([
  ["a prefix", utf8("p/")],
  ["a prefix of nothing but 0xff", Uint8Array.of(0xff, 0xff)],
  ["no prefix", new Uint8Array(0)],
])("a view under %s shows and changes only what is there", (_, prefix) => {
  const parent = openStore({ memory: true, stores: [key] })
    .branch()
    .kv(key);
  parent.set(utf8("o"), utf8("before"));
  const view = new PrefixKv(parent, prefix);
  if (prefix.length === 0) view.delete(utf8("o"));
  for (const name of ["b", "a", "c"]) view.set(utf8(name), utf8(name));
  view.delete(utf8("c"));
  expect(view.get(utf8("a"))).toEqual(utf8("a"));
  expect(view.has(utf8("o"))).toBe(false);
  const keysOf = (range = {}, order?: "descending") =>
    [...view.iterate(range, order)].map((entry) => new TextDecoder().decode(entry.key));
  expect(keysOf()).toEqual(["a", "b"]);
  expect(keysOf({ start: utf8("b") })).toEqual(["b"]);
  expect(keysOf({ end: utf8("b") })).toEqual(["a"]);
  expect(keysOf({}, "descending")).toEqual(["b", "a"]);
  expect(parent.get(Uint8Array.of(...prefix, 0x61))).toEqual(utf8("a"));
});
