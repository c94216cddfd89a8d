import { describe, expect, test } from "vitest";
import { hrefOf, parseRoute, type Route } from "./route.js";

const ROUTES: readonly Route[] = [
  { page: "overview" },
  { page: "market" },
  { page: "validators" },
  { page: "network" },
  { page: "key" },
  { page: "kernel", name: "digits" },
  { page: "request", id: 7n },
  { page: "block", height: 12n },
  { page: "tx", hash: "AB".repeat(32) },
  { page: "account", address: "nesa1abc" },
  { page: "validator", operator: "nesavaloper1abc" },
];

describe("routes", () => {
  test.each(ROUTES)("of $page lead back to their page", (route) => {
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  test.each(["", "#", "#/"])("the first page is that of %j", (hash) => {
    expect(parseRoute(hash)).toEqual({ page: "overview" });
  });

  test.each(["#/blocks", "#/block/x", "#/block/", "#/tx/12", "#/request/-1", "#/market/x"])(
    "%s is no page, and says what was asked for",
    (hash) => {
      expect(parseRoute(hash)).toEqual({ page: "unknown", path: hash.slice(2) });
    },
  );

  test("a broken escape stands for itself", () => {
    expect(parseRoute("#/kernel/%E0%A4%A")).toEqual({ page: "kernel", name: "%E0%A4%A" });
  });
});
