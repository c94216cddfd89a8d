import { expect, test } from "vitest";
import { coin } from "#core/primitives/coin.js";
import { AnteFixture, FEE_DENOM } from "#test/harness/anteFixture.js";
import { TestAccount } from "#test/harness/identities.js";

test("a simulation estimates the fee that a wallet does not name yet", () => {
  const anna = new TestAccount("anna");
  const chain = new AnteFixture();
  chain.add(anna, [coin(FEE_DENOM, 10n ** 18n)]);
  const signers = [{ account: anna }];
  const estimate = chain.run({ signers, fee: [] }, "simulate");
  const real = chain.run({ signers, fee: [coin(FEE_DENOM, 10n ** 9n)] });
  expect(real.code).toBe(0);
  expect(estimate.gasUsed).toBeGreaterThanOrEqual(real.gasUsed);
  expect(estimate.gasUsed).toBeLessThan(real.gasUsed + 3_000n);
});
