import { expect, test } from "vitest";
import { event } from "./event.js";

test("an event has its attributes in the order given, all of them as text", () => {
  const attributes = [
    ["amount", 10n ** 30n],
    ["sender", "nesa1"],
    ["index", 0],
  ] as const;
  expect(event("transfer", attributes)).toEqual({
    type: "transfer",
    attributes: [
      { key: "amount", value: `1${"0".repeat(30)}` },
      { key: "sender", value: "nesa1" },
      { key: "index", value: "0" },
    ],
  });
});

test("an event may have no attributes", () => {
  expect(event("tick", [])).toEqual({ type: "tick", attributes: [] });
});
