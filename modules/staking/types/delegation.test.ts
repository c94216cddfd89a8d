import { expect, test } from "vitest";
import { testAccount } from "#test/harness/stakingChain.js";
import {
  addEntry,
  fromDelegationRecord,
  fromUnbondingRecord,
  isMature,
  toDelegationRecord,
  toUnbondingRecord,
  type UnbondingEntry,
} from "./delegation.js";

const PAIR = { delegator: testAccount("delegator"), operator: testAccount("operator") };

function entry(creationHeight: bigint, completionTimeNs: bigint, id: bigint): UnbondingEntry {
  return { creationHeight, completionTimeNs, initialBalance: 10n, balance: 9n, id };
}

test("an entry of the same height and time takes the new one in and keeps its id", () => {
  const merged = addEntry([entry(1n, 5n, 1n), entry(2n, 6n, 2n)], entry(2n, 6n, 3n));
  const both = { initialBalance: 20n, balance: 18n };
  expect(merged).toEqual([entry(1n, 5n, 1n), { ...entry(2n, 6n, 2n), ...both }]);
});

test("an entry of another height or time is appended", () => {
  const first = entry(1n, 5n, 1n);
  expect(addEntry([first], entry(2n, 5n, 2n))).toEqual([first, entry(2n, 5n, 2n)]);
  expect(addEntry([first], entry(1n, 6n, 2n))).toEqual([first, entry(1n, 6n, 2n)]);
});

test("an entry matures at its completion time", () => {
  expect(isMature(entry(1n, 5n, 1n), 4n)).toBe(false);
  expect(isMature(entry(1n, 5n, 1n), 5n)).toBe(true);
});

test("records keep every field", () => {
  const delegation = { ...PAIR, shares: 3n };
  const unbonding = { ...PAIR, entries: [entry(1n, 5_000_000_007n, 1n), entry(2n, 6n, 2n)] };
  expect(fromDelegationRecord(toDelegationRecord(delegation))).toEqual(delegation);
  expect(fromUnbondingRecord(toUnbondingRecord(unbonding))).toEqual(unbonding);
});
