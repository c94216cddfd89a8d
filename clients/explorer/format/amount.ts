import type { Coin } from "#sdk/index.js";

const UNIT_DIGITS = 6;

/** Decimal digits in groups of three, for people: `1,234,567`. */
export function groupDigits(value: bigint | number | string): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** An amount of unes as NES, exactly and without trailing zeros: `0.002016 NES`. */
export function formatUnes(amount: bigint | string): string {
  const value = BigInt(amount);
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(UNIT_DIGITS + 1, "0");
  const whole = groupDigits(digits.slice(0, -UNIT_DIGITS));
  const fraction = digits.slice(-UNIT_DIGITS).replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`} NES`;
}

/** A coin: unes as NES, anything else as it is. */
export function formatCoin({ denom, amount }: Coin): string {
  return denom === "unes" ? formatUnes(amount) : `${groupDigits(amount)} ${denom}`;
}
