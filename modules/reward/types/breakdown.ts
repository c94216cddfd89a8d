import { type Breakdown, type Payout, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { formatAddress } from "#core/crypto/address.js";
import { parseUint } from "#core/primitives/intMath.js";
import type { PlannedPayout } from "./settlement.js";

const ROLES_WITH_ACCOUNT: readonly PayoutRole[] = [
  PayoutRole.MEMBER,
  PayoutRole.OWNER,
  PayoutRole.ROYALTY,
  PayoutRole.REFUND,
];
const ROLES_WITHOUT_ACCOUNT: readonly PayoutRole[] = [
  PayoutRole.PROTOCOL,
  PayoutRole.COMMUNITY_POOL,
];

/** A payout as state and queries hold it. */
export function recordPayout({ role, account, amount }: PlannedPayout): Payout {
  const address = account === undefined ? "" : formatAddress("account", account);
  return { role, address, amount: amount.toString() };
}

/**
 * What is wrong with a breakdown, as a phrase; undefined when every payout is positive, has an
 * account exactly if its role has one, and all add up to what was escrowed.
 */
export function findBreakdownProblem(breakdown: Breakdown): string | undefined {
  let sum = 0n;
  for (const [index, payout] of breakdown.payouts.entries()) {
    const amount = parseUint(payout.amount) ?? 0n;
    if (amount === 0n) return `payout ${index} is not a positive amount`;
    const roles = payout.address === "" ? ROLES_WITHOUT_ACCOUNT : ROLES_WITH_ACCOUNT;
    if (!roles.includes(payout.role)) return `payout ${index} does not fit its role`;
    sum += amount;
  }
  const sumText = sum.toString();
  return breakdown.escrowed === sumText
    ? undefined
    : `payouts add up to ${sumText}, escrowed was ${breakdown.escrowed}`;
}
