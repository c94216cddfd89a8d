import { describe, expect, test } from "vitest";
import { ChainError, defineError } from "./errors.js";

const tooSmall = defineError("bank", { code: 4, summary: "amount is too small" });
const loud = defineError("sdk", {
  code: 32,
  summary: "incorrect account sequence",
  sentence: ({ expected, got }) => `expected ${String(expected)}, got ${String(got)}`,
});

describe("chain errors", () => {
  test("an error carries codespace, code, summary and details", () => {
    const error = tooSmall({ given: 5n, minimum: 10n });
    expect(error).toBeInstanceOf(ChainError);
    expect(error).toMatchObject({
      codespace: "bank",
      code: 4,
      summary: "amount is too small",
      detail: { given: 5n, minimum: 10n },
    });
  });

  test("the message is the summary, with the details in brackets when there are any", () => {
    expect(tooSmall().message).toBe("amount is too small");
    expect(tooSmall({ given: 5n, denom: "unes" }).message).toBe(
      "amount is too small (given 5, denom unes)",
    );
  });

  test("a sentence replaces the default rendering", () => {
    expect(loud({ expected: 3, got: 1 }).message).toBe("expected 3, got 1");
  });

  test("is tells the errors of one spec from all others", () => {
    const elsewhere = defineError("staking", { code: 4, summary: "amount is too small" });
    expect(tooSmall.is(tooSmall())).toBe(true);
    expect(tooSmall.is(elsewhere())).toBe(false);
    expect(tooSmall.is(loud({ expected: 1, got: 2 }))).toBe(false);
    expect(tooSmall.is(new Error("amount is too small"))).toBe(false);
    expect(tooSmall.is(undefined)).toBe(false);
  });

  test("the factory shows its spec", () => {
    expect(tooSmall.spec).toMatchObject({ codespace: "bank", code: 4 });
  });
});
