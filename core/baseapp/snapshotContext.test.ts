import { expect, test } from "vitest";
import { openStore } from "#core/store/multistore.js";
import { assertDefined } from "#core/primitives/assert.js";
import { readToy, TOY_STORE, toyEntries, toyHeader, writeToy } from "#test/harness/toyChain.js";
import { snapshotContext } from "./snapshotContext.js";

test("a context over a snapshot sees its version, and its writes go nowhere", () => {
  const store = openStore({ memory: true, stores: [TOY_STORE], chainId: "toy-1" });
  for (const version of [1n, 2n]) {
    const branch = store.branch();
    writeToy(branch, "version", version.toString());
    store.stage(branch, version);
    store.commit();
  }
  const contextAt = (version: bigint) =>
    snapshotContext(assertDefined(store.snapshot(version), "kept"), toyHeader(version));
  const ctx = contextAt(1n);
  expect(ctx.mode).toBe("query");
  expect(readToy(ctx, "version")).toBe("1");
  writeToy(ctx, "version", "changed");
  writeToy(ctx, "more", "written");
  expect(toyEntries(ctx)).toEqual([
    ["more", "written"],
    ["version", "changed"],
  ]);
  expect(toyEntries(contextAt(1n))).toEqual([["version", "1"]]);
  expect(toyEntries(contextAt(2n))).toEqual([["version", "2"]]);
  expect(toyEntries(store.branch())).toEqual([["version", "2"]]);
});
