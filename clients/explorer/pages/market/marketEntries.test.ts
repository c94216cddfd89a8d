import { expect, test } from "vitest";
import { Kernel, Manifest, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { fits, type MarketEntry } from "./marketEntries.js";

const ENTRY: MarketEntry = {
  kernel: Kernel.create({ name: "digits", owner: "nesa1author" }),
  head: {
    version: Version.create({}),
    manifest: Manifest.create({ description: "Reads one digit", license: "Apache-2.0" }),
  },
  ended: 0,
  fulfilled: 0,
  answerBlocks: undefined,
};

test.each(["", "dig", "READS digit", "apache", "nesa1auth", "  digits  one "])(
  "%j finds the kernel",
  (wanted) => {
    expect(fits(ENTRY, wanted)).toBe(true);
  },
);

test.each(["iris", "digits iris"])("%j does not", (wanted) => {
  expect(fits(ENTRY, wanted)).toBe(false);
});

test("a kernel without an active version is found by its name", () => {
  expect(fits({ ...ENTRY, head: undefined }, "digits")).toBe(true);
});
