import { expect, test } from "vitest";
import { type Breakdown, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { accountText } from "#test/harness/rewardFixture.js";
import { findBreakdownProblem } from "./breakdown.js";

const breakdown = (changes: Partial<Breakdown> = {}): Breakdown => ({
  requestId: 1n,
  height: 5n,
  escrowed: "30",
  payouts: [
    { role: PayoutRole.OWNER, address: accountText("owner"), amount: "10" },
    { role: PayoutRole.PROTOCOL, address: "", amount: "20" },
  ],
  ...changes,
});

test("payouts that add up to the escrow are in order", () => {
  expect(findBreakdownProblem(breakdown())).toBeUndefined();
});

const address = accountText("owner");
test.each<[string, Partial<Breakdown>]>([
  ["another sum", { escrowed: "31" }],
  ["a sum that is not canonical digits", { escrowed: "030" }],
  ["a payout of zero", { payouts: [{ role: PayoutRole.OWNER, address, amount: "0" }] }],
  ["a payout that is no amount", { payouts: [{ role: PayoutRole.OWNER, address, amount: "x" }] }],
  [
    "an owner without account",
    { payouts: [{ role: PayoutRole.OWNER, address: "", amount: "30" }] },
  ],
  ["a protocol with account", { payouts: [{ role: PayoutRole.PROTOCOL, address, amount: "30" }] }],
  ["no role", { payouts: [{ role: PayoutRole.UNSPECIFIED, address, amount: "30" }] }],
])("%s is a problem", (_name, changes) => {
  expect(findBreakdownProblem(breakdown(changes))).toBeDefined();
});
