import { expect, test } from "vitest";
import type { Memory } from "../settings/endpoint.js";
import { openTestKey, replaceTestKey } from "./testKey.js";

const WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";

function emptyMemory(): Memory & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value);
    },
  };
}

test("a key is made once and remembered", () => {
  const memory = emptyMemory();
  const first = openTestKey(memory);
  expect(first.mnemonic.split(" ")).toHaveLength(24);
  expect(openTestKey(memory).signer.address).toBe(first.signer.address);
});

test("a mnemonic that was pasted replaces it, whatever its spaces and capitals", () => {
  const memory = emptyMemory();
  openTestKey(memory);
  const replaced = replaceTestKey(memory, `  ${WORDS.toUpperCase().replaceAll(" ", "\n ")} `);
  expect(replaced?.mnemonic).toBe(WORDS);
  expect(openTestKey(memory).mnemonic).toBe(WORDS);
});

test("what is no mnemonic changes nothing", () => {
  const memory = emptyMemory();
  const { mnemonic } = openTestKey(memory);
  expect(replaceTestKey(memory, "zoo zoo")).toBeUndefined();
  expect(openTestKey(memory).mnemonic).toBe(mnemonic);
});
