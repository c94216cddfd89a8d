import { describe, expect, test } from "vitest";
import { searchRoute } from "./searchRoute.js";

const HASH = "0a".repeat(32);

describe("a search", () => {
  test.each([
    ["120", { page: "block", height: 120n }],
    [" #120 ", { page: "block", height: 120n }],
    ["r7", { page: "request", id: 7n }],
    ["request 7", { page: "request", id: 7n }],
    [HASH, { page: "tx", hash: HASH.toUpperCase() }],
    [`0x${HASH}`, { page: "tx", hash: HASH.toUpperCase() }],
    ["nesa1qqq", { page: "account", address: "nesa1qqq" }],
    ["nesavaloper1qqq", { page: "validator", operator: "nesavaloper1qqq" }],
    ["digits", { page: "kernel", name: "digits" }],
  ])("for %j leads to its page", (text, route) => {
    expect(searchRoute(text)).toEqual(route);
  });

  test.each(["", "  ", "A kernel", "-1", "x"])("for %j leads nowhere", (text) => {
    expect(searchRoute(text)).toBeUndefined();
  });
});
