import { describe, expect, test } from "vitest";
import { formatCoin, formatUnes, groupDigits } from "./amount.js";
import { shortText, spokenName } from "./short.js";
import { formatAge, formatTime } from "./time.js";

describe("formatting", () => {
  test.each([
    ["0", "0 NES"],
    ["1", "0.000001 NES"],
    ["2016", "0.002016 NES"],
    ["1500000", "1.5 NES"],
    ["1234567000000", "1,234,567 NES"],
    ["-250000", "-0.25 NES"],
  ])("%s unes are %s", (amount, text) => {
    expect(formatUnes(amount)).toBe(text);
  });

  test("coins of other denominations stay what they are", () => {
    expect(formatCoin({ denom: "uatom", amount: "12345" })).toBe("12,345 uatom");
    expect(formatCoin({ denom: "unes", amount: "5" })).toBe("0.000005 NES");
  });

  test("digits come in groups of three", () => {
    expect(groupDigits(1_234_567n)).toBe("1,234,567");
    expect(groupDigits(999)).toBe("999");
  });

  test.each([
    [0, "0 s ago"],
    [59, "59 s ago"],
    [60, "1 min ago"],
    [7_199, "1 h ago"],
    [200_000, "2 d ago"],
    [-5, "0 s ago"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(formatAge({ seconds: 1_000n, nanos: 0 }, (1_000 + seconds) * 1_000)).toBe(text);
  });

  test("times are in UTC", () => {
    expect(formatTime({ seconds: 0n, nanos: 999_000_000 })).toBe("1970-01-01 00:00:00 UTC");
  });

  test("long texts keep both ends", () => {
    expect(shortText("nesa1abcdefghijklmnop")).toBe("nesa1abcde…mnop");
    expect(shortText("nesa1abc")).toBe("nesa1abc");
    expect(spokenName("KERNEL_FAILED")).toBe("kernel failed");
  });
});
