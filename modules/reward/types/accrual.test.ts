import fc from "fast-check";
import { expect, test } from "vitest";
import { DEC_ONE } from "#core/primitives/dec.js";
import {
  accrue,
  computeOwed,
  NOTHING_ACCRUED,
  OWED_SCALE,
  owedDec,
  owedWhole,
  PER_SHARE_SCALE,
} from "./accrual.js";

test("a reward is divided equally among shares", () => {
  const accrual = accrue(NOTHING_ACCRUED, 30n, 3n * DEC_ONE);
  expect(accrual).toEqual({ perShare: 10n * PER_SHARE_SCALE, outstanding: 30n });
  expect(owedWhole(computeOwed(2n * DEC_ONE, 0n, accrual.perShare))).toBe(20n);
});

test("what is owed is rounded down, to whole unes and to 18 digits", () => {
  const { perShare } = accrue(NOTHING_ACCRUED, 2n, 3n * DEC_ONE);
  const owed = computeOwed(DEC_ONE, 0n, perShare);
  expect(owedWhole(owed)).toBe(0n);
  expect(owedDec(owed)).toBe(666_666_666_666_666_666n);
});

test("all delegations together never own more than the reward, and lose next to nothing", () => {
  const shares = fc.bigInt(1n, 10n ** 33n);
  const delegations = fc.array(shares, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(delegations, fc.bigInt(1n, 10n ** 15n), (list, reward) => {
      const total = list.reduce((sum, one) => sum + one, 0n);
      const { perShare } = accrue(NOTHING_ACCRUED, reward, total);
      const owed = list.reduce((sum, one) => sum + computeOwed(one, 0n, perShare), 0n);
      expect(owed <= reward * OWED_SCALE).toBe(true);
      expect(reward * OWED_SCALE - owed < total).toBe(true);
    }),
  );
});
