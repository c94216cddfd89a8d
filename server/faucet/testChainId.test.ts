import { expect, test } from "vitest";
import { isTestChainId } from "./testChainId.js";

test.each([
  "aivm-local-1",
  "aivm-test-1",
  "nesa-testnet-2",
  "nesatestnet-3",
  "DEVNET",
  "bench_7",
  "demo",
  "test1",
])("%s is a test network", (id) => {
  expect(isTestChainId(id)).toBe(true);
});

test.each([
  "aivm-1",
  "nesa",
  "cosmoshub-4",
  "latest-1",
  "device-1",
  "contest-2",
  "localhost-1",
  "mainnet-test-1",
  "nesamain-test-1",
  "",
])("%j is none", (id) => {
  expect(isTestChainId(id)).toBe(false);
});
